"""What becomes of requests that are no requests: bytes, halves, wrong messages, unknown methods.

They go over real sockets to a gateway and an ingestion service, which are processes of their own.
"""

import argparse
import asyncio
import json
import os
import random
import re
import sys
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.claims import Claim, publish
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.rpc import reason_of, serving_status

METHODS = {
    "gateway": {
        "StreamAnswer": gateway_pb2.StreamAnswerRequest(question="x" * 60, request_id="y" * 60),
        "AnswerQuestions": gateway_pb2.AnswerQuestionsRequest(
            question=gateway_pb2.StreamAnswerRequest(question="x" * 60, request_id="y" * 60)
        ),
        "ResumeAnswer": gateway_pb2.ResumeAnswerRequest(answer_id="x" * 60, after_sequence=7),
        "CancelAnswer": gateway_pb2.CancelAnswerRequest(answer_id="x" * 60),
        "NoSuchMethod": gateway_pb2.CancelAnswerRequest(answer_id="x" * 60),
    },
    "ingestion": {
        "IngestDocuments": ingestion_pb2.IngestDocumentsRequest(source="x" * 60, title="y" * 60),
        "DeleteDocument": ingestion_pb2.DeleteDocumentRequest(document_id="x" * 60),
    },
}
AT_ONCE = 20
CALL_SECONDS = 30
SETTLING_ATTEMPTS = 50
_COUNT = re.compile(r"^askmesh_rpc_requests_total\{.*\} (\S+)$", re.MULTILINE)


@dataclass(slots=True)
class Service:
    """A service's process, and the levels of the lines that it has logged."""

    name: str
    process: Process
    address: str
    metrics_address: str
    levels: Counter[str] = field(default_factory=Counter[str])

    async def read_log(self) -> None:
        """Count the lines by their level; one that is not JSON is an error, too."""
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            try:
                self.levels[json.loads(line)["level"]] += 1
            except ValueError:
                self.levels["ERROR"] += 1

    def counted(self) -> int:
        """Return how many calls the service's metrics have."""
        with urllib.request.urlopen(f"http://{self.metrics_address}/metrics") as response:
            return sum(int(float(count)) for count in _COUNT.findall(response.read().decode()))


@asynccontextmanager
async def service(name: str, port: int, home: Path) -> AsyncGenerator[Service]:
    """Run a service until the block ends; its documents are in memory."""
    address, metrics_address = f"127.0.0.1:{port}", f"127.0.0.1:{port + 1}"
    own = {"ADDRESS": address, "METRICS_ADDRESS": metrics_address, "DOCUMENTS": "memory:"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"askmesh.{name}",
        env={**os.environ, "ASKMESH_HOME": str(home), "GRPC_VERBOSITY": "ERROR"}
        | {f"{name.upper()}_{key}": value for key, value in own.items()},
        stderr=PIPE,
    )
    started = Service(name, process, address, metrics_address)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(started.read_log())
        try:
            async with asyncio.timeout(60), aio.insecure_channel(address) as channel:
                # Another process has no event of ours to wait for.
                while await serving_status(channel, seconds=2) != "SERVING":  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            yield started
        finally:
            process.terminate()
            await process.wait()


def malformed(count: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield service, method and bytes of requests; the same ones for the same seed."""
    chance = random.Random(seed)
    methods = [(name, method) for name in METHODS for method in METHODS[name]]
    messages = [
        message.SerializeToString() for name in METHODS for message in METHODS[name].values()
    ]
    for number in range(count):
        name, method = methods[number % len(methods)]
        whole = METHODS[name][method].SerializeToString()
        kinds = (
            chance.randbytes(chance.randrange(1, 200)),
            whole[: chance.randrange(1, len(whole))],
            chance.choice([message for message in messages if message != whole]),
            bytes(byte ^ (chance.random() < 0.1) * 255 for byte in whole),
        )
        yield name, method, kinds[number // len(methods) % len(kinds)]


async def sent(channel: aio.Channel, name: str, method: str, data: bytes) -> str:
    """Return the code that a request ends with, and the reason."""
    path = f"/askmesh.api.{name}.v1.{name.title()}Service/{method}"
    streamed: aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(path)
    call = streamed(data, timeout=CALL_SECONDS)
    try:
        async for _ in call:
            pass
    except aio.AioRpcError as error:
        return f"{error.code().name} {reason_of(error)}"
    return "OK"


async def _counted(services: Sequence[Service], expected: int) -> int:
    """Return how many calls all metrics have: one is counted a moment after its caller is told."""
    for _ in range(SETTLING_ATTEMPTS):
        if sum(each.counted() for each in services) >= expected:
            break
        await asyncio.sleep(0.1)
    return sum(each.counted() for each in services)


async def measure(count: int, seed: int, port: int, home: Path, output: Path | None) -> None:
    """Send all requests, and write the claims."""
    outcomes: Counter[str] = Counter()
    requests = malformed(count, seed)
    async with (
        service("gateway", port, home) as gateway,
        service("ingestion", port + 2, home) as ingestion,
        aio.insecure_channel(gateway.address) as gateway_channel,
        aio.insecure_channel(ingestion.address) as ingestion_channel,
    ):
        channels = {"gateway": gateway_channel, "ingestion": ingestion_channel}

        async def send() -> None:
            for name, method, data in requests:
                outcomes[await sent(channels[name], name, method, data)] += 1

        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(send())
        counted = await _counted([gateway, ingestion], count)
    levels = gateway.levels + ingestion.levels
    codes = Counter[str]()
    for outcome, times in outcomes.items():
        codes[outcome.partition(" ")[0]] += times
    claims = [
        Claim("malformed requests sent", count, ">= 100000"),
        Claim("malformed requests that end as UNKNOWN", codes["UNKNOWN"], "= 0"),
        Claim("malformed requests that end as INTERNAL", codes["INTERNAL"], "= 0"),
        Claim("log lines at ERROR, of both services", levels["ERROR"], "= 0"),
        Claim("malformed requests missing in the metrics", count - counted, "= 0"),
    ]
    publish(
        output,
        benchmark="malformed",
        settings={"requests": count, "seed": seed},
        results={"outcomes": dict(outcomes.most_common()), "log_levels": dict(levels)},
        claims=claims,
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=7750, help="the first of four")
    parser.add_argument("--home", type=Path, default=Path(".askmesh"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(measure(options.requests, options.seed, options.port, options.home, options.output))


if __name__ == "__main__":
    main()
