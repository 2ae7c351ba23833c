"""How many bytes an answer moves on each hop: made, and given again from the cache.

    askmesh up --triton 127.0.0.1:9     # in another terminal, the handbook's documents ingested
    PYTHONPATH=tests python -m benchmarks.load.bytes_per_hop --output FILE

A gateway of its own before the services of the mesh, and its Redis, stand behind proxies that count
what passes, both directions together, with the frames of HTTP/2 and without those of TCP. Sources
are most of what moves. Without a language model, text is quotes.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.load.gateway_processes import Process
from benchmarks.quality.question_sets import HANDBOOK
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.cli.layout import local_address
from askmesh.evaluation import read_questions
from support.ports import free_address
from support.redis_server import redis_server

CALL_SECONDS = 60.0
CHUNK_BYTES = 65_536
SETTLING_SECONDS = 1.0
_UPSTREAMS = ("query_understanding", "retrieval", "reranking", "summarization")


@dataclass
class Hops:
    """Proxies that count what passes."""

    passed: Counter[str] = field(default_factory=Counter[str])

    @asynccontextmanager
    async def proxy(self, name: str, address: str) -> AsyncGenerator[str]:
        """Yield an address that leads to another one."""
        host, _, port = address.rpartition(":")

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection(host, int(port))
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass_on(name, reader, back))
                ways.create_task(self._pass_on(name, there, writer))

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _pass_on(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(CHUNK_BYTES):
            self.passed[name] += len(data)
            writer.write(data)
        writer.close()


async def asked(stub: GatewayServiceStub, questions: Sequence[str]) -> None:
    """Read the answers, one after the other."""
    for question in questions:
        request = pb2.StreamAnswerRequest(question=question, accepts_batches=True)
        async for _ in stub.StreamAnswer(request, timeout=CALL_SECONDS):
            pass
    await asyncio.sleep(SETTLING_SECONDS)  # what is published after the end


async def measure(base_port: int, questions: Sequence[str]) -> dict[str, dict[str, int]]:
    """Ask everything twice; return the bytes per answer on each hop, each time."""
    hops, address = Hops(), free_address()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        redis = stack.enter_context(redis_server(Path(folder), "--appendonly", "no"))
        behind = {
            f"GATEWAY_{name.upper()}_ADDRESS": await stack.enter_async_context(
                hops.proxy(name, local_address(name, base_port))
            )
            for name in _UPSTREAMS
        }
        redis_address = redis.address.removeprefix("redis://").partition("/")[0]
        cache = await stack.enter_async_context(hops.proxy("redis", redis_address))
        own = {"GATEWAY_ADDRESS": address, "GATEWAY_METRICS_ADDRESS": "127.0.0.1:0"}
        process = Process(
            "askmesh.gateway", variables={**behind, **own, "GATEWAY_CACHE": f"redis://{cache}"}
        )
        stack.push_async_callback(process.kill)
        await process.start(address)
        front = await stack.enter_async_context(hops.proxy("client", address))
        channel = await stack.enter_async_context(aio.insecure_channel(front))
        stub, found = GatewayServiceStub(channel), dict[str, dict[str, int]]()
        for way in ("made", "given again"):
            before = Counter(hops.passed)
            await asked(stub, questions)
            moved = hops.passed - before
            found[way] = {
                name: round(moved[name] / len(questions))
                for name in ("client", *_UPSTREAMS, "redis")
            }
        return found


def main() -> None:
    """Read the options, measure, and write the claims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-port", type=int, default=7400)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    known = read_questions(HANDBOOK / "questions.jsonl")[: given.questions]
    results = asyncio.run(measure(given.base_port, [each.question for each in known]))
    publish(
        given.output,
        benchmark="bytes_per_hop",
        settings={"questions": len(known)},
        results=results,
        claims=[
            Claim(f"bytes between the gateway and {name}, for an answer that is {way}", count)
            for way, hops in results.items()
            for name, count in hops.items()
        ],
    )


if __name__ == "__main__":
    main()
