"""How soon a replica that falls silent is noticed, and what it costs those who call.

Replicas are processes of their own. One is stopped (SIGSTOP): its connections stay open, new ones
are accepted by the kernel, and nothing is answered. Latencies are those of a call that takes 20 ms.
"""

import argparse
import asyncio
import signal
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from math import inf, isfinite
from pathlib import Path
from time import perf_counter

import grpc
from benchmarks.claims import Claim, publish
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.errors import AskmeshError
from askmesh.resilience import Allowance, Attempts, Extra
from askmesh.rpc import channel_to, replicas_of, upstream_errors
from askmesh.serving import serving
from askmesh.telemetry import silent_telemetry
from askmesh.tracing import tracing_of_application

SERVICE = "askmesh.benchmarks.EchoService"
CALL_SECONDS = 0.02
CALLS_PER_SECOND = 40
SETTLING_SECONDS = 4.0
Context = aio.ServicerContext[StringValue, StringValue]


async def serve() -> None:
    """Run a replica, and print its port."""
    async with serving(
        _register,
        services=[SERVICE],
        settings=ServiceSettings(drain_seconds=0),
        telemetry=silent_telemetry("replica"),
    ) as port:
        print(port, flush=True)
        await asyncio.Event().wait()


def _register(server: aio.Server) -> None:
    async def unary(request: StringValue, _: Context) -> StringValue:
        await asyncio.sleep(CALL_SECONDS)
        return request

    async def stream(request: StringValue, _: Context) -> AsyncGenerator[StringValue]:
        yield request
        await asyncio.Event().wait()

    codec = (StringValue.FromString, StringValue.SerializeToString)
    handlers = {
        "Unary": grpc.unary_unary_rpc_method_handler(unary, *codec),
        "Stream": grpc.unary_stream_rpc_method_handler(stream, *codec),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])


class Replica:
    """A process that serves, can fall silent, and speak again."""

    def __init__(self, process: Process, port: int) -> None:
        self._process = process
        self.port = port

    def fall_silent(self) -> None:
        """Stop answering, with everything open."""
        self._process.send_signal(signal.SIGSTOP)

    def speak(self) -> None:
        """Go on."""
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def replica() -> AsyncGenerator[Replica]:
    """Run a replica until the block ends."""
    command = (sys.executable, "-m", "benchmarks.load.silent_replica", "--serve")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    try:
        yield Replica(process, int(await process.stdout.readline()))
    finally:
        process.kill()
        await process.wait()


async def ask(channel: aio.Channel) -> StringValue:
    """Make the call that takes one answer."""
    unary: aio.UnaryUnaryMultiCallable[StringValue, StringValue] = channel.unary_unary(
        f"/{SERVICE}/Unary", StringValue.SerializeToString, StringValue.FromString
    )
    with upstream_errors("echo"):
        return await unary(StringValue(value="x"), timeout=30)


class Caller:
    """Calls the replicas at an address, as the gateway does."""

    def __init__(self, attempts: Attempts[aio.Channel]) -> None:
        self._attempts = attempts

    async def call_or_fail(self) -> float:
        """Return how long a call takes, infinity if it fails."""
        began = perf_counter()
        try:
            await self._attempts.call("unary", ask)
        except AskmeshError:
            return inf
        return perf_counter() - began

    async def calls(self, seconds: float) -> list[float]:
        """Return how long calls take that come at a steady rate, ready or not."""
        async with asyncio.TaskGroup() as tasks:
            calls: list[asyncio.Task[float]] = []
            for _ in range(round(seconds * CALLS_PER_SECOND)):
                calls.append(tasks.create_task(self.call_or_fail()))
                await asyncio.sleep(1 / CALLS_PER_SECOND)
        return [call.result() for call in calls]


class Channel:
    """A channel to one replica, as it is without any other."""

    def __init__(self, channel: aio.Channel) -> None:
        self._channel = channel
        self._stream: aio.UnaryStreamMultiCallable[StringValue, StringValue] = channel.unary_stream(
            f"/{SERVICE}/Stream", StringValue.SerializeToString, StringValue.FromString
        )

    async def until_noticed(self, silent: Replica) -> float:
        """Silence a replica with a stream open; return after how long the stream fails."""
        stream = self._stream(StringValue(value="x"), timeout=300)
        await stream.read()
        silent.fall_silent()
        began = perf_counter()
        try:
            await stream.read()
        except aio.AioRpcError:
            return perf_counter() - began
        raise RuntimeError("the stream of a silent replica went on")

    async def until_normal(self, silent: Replica) -> float:
        """Let the replica go on; return after how long a call is answered."""
        silent.speak()
        began = perf_counter()
        while True:
            try:
                await ask(self._channel)
            except AskmeshError:
                await asyncio.sleep(0.02)
            else:
                return perf_counter() - began


async def one_replica(rounds: int) -> tuple[list[float], list[float]]:
    """Return how long it takes to notice the silence, and to be back, each time."""
    noticed: list[float] = []
    normal: list[float] = []
    async with replica() as only, channel_to(_target(only), tracing_of_application()) as channel:
        caller = Channel(channel)
        for round_number in range(rounds):
            await ask(channel)
            await asyncio.sleep(0.3 * round_number)  # another moment between two pings each time
            noticed.append(await caller.until_noticed(only))
            await asyncio.sleep(SETTLING_SECONDS)
            normal.append(await caller.until_normal(only))
    return noticed, normal


async def two_replicas(
    rounds: int, seconds: float
) -> tuple[dict[str, list[float]], Counter[Extra]]:
    """Return how long calls take before, while it is noticed, and after one replica is silent.

    And how many attempts beyond the first were made. Rounds alternate, so that what else the
    machine does meets all three alike.
    """
    extra, calls = Counter[Extra](), defaultdict[str, list[float]](list)
    async with AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(replica()) for _ in range(2)]
        replicas = await stack.enter_async_context(
            replicas_of(_target(first, second), tracing_of_application())
        )
        caller = Caller(Attempts(replicas, Allowance(), on_extra=lambda kind: extra.update([kind])))
        for _ in range(rounds):
            calls["settling"] += await caller.calls(SETTLING_SECONDS)
            calls["both"] += await caller.calls(seconds)
            second.fall_silent()
            calls["noticing"] += await caller.calls(SETTLING_SECONDS)
            calls["one_silent"] += await caller.calls(seconds)
            second.speak()
    return calls, extra


def _target(*replicas: Replica) -> str:
    return "ipv4:" + ",".join(f"127.0.0.1:{each.port}" for each in replicas)


def _p99(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=100)[98]


async def measure(rounds: int, seconds: float, output: Path | None) -> None:
    """Measure everything and write the claims."""
    noticed, normal = await one_replica(rounds)
    calls, extra = await two_replicas(rounds, seconds)
    publish(
        output,
        benchmark="silent_replica",
        settings={"rounds": rounds, "seconds": seconds, "calls_per_second": CALLS_PER_SECOND},
        results={
            "noticed_seconds": noticed,
            "normal_seconds": normal,
            "extra_attempts": extra,
            **{f"p99_ms_{name}": _p99(each) * 1000 for name, each in calls.items()},
        },
        claims=[
            Claim("a silent replica is noticed within, in seconds, worst", max(noticed), "<= 3"),
            Claim("answered again after SIGCONT within, in seconds, worst", max(normal), "<= 3"),
            *claims_of_latency(calls),
            *claims_of_calls(calls, extra),
        ],
    )


def claims_of_latency(calls: Mapping[str, list[float]]) -> list[Claim]:
    """Return how much longer calls take while a replica is silent."""
    p99 = _p99(calls["both"])
    ratio, whole = (
        _p99(each) / p99
        for each in (calls["one_silent"], [*calls["noticing"], *calls["one_silent"]])
    )
    return [
        Claim(
            "p99 of calls to two replicas with one silent, over both well, once noticed",
            round(ratio, 2),
            "<= 1.5",
            "the same calls in the same run, before",
        ),
        Claim(
            "p99 of calls to two replicas with one silent, over both well, from the silence on",
            round(whole, 2),
            "<= 1.5",
            "the same calls in the same run, before; the time until it is noticed counts",
        ),
    ]


def claims_of_calls(calls: Mapping[str, list[float]], extra: Counter[Extra]) -> list[Claim]:
    """Return what the silence costs: attempts, failures, and the longest call."""
    made = sum(map(len, calls.values()))
    failed = sum(not isfinite(call) for each in calls.values() for call in each)
    return [
        Claim(
            "attempts beyond the first, as a share of all calls",
            round((extra["hedge"] + extra["retry"]) / made, 4),
            "<= 0.1",
        ),
        Claim("calls that fail when one of two replicas falls silent", failed, "= 0"),
        Claim(
            "longest call when one of two replicas falls silent, in seconds",
            round(max(filter(isfinite, calls["noticing"])), 2),
            "<= 3.5",
            "a late call is made a second time beside, at the other replica",
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help="be a replica")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(
        serve() if options.serve else measure(options.rounds, options.seconds, options.output)
    )


if __name__ == "__main__":
    main()
