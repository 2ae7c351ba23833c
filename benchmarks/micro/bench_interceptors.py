"""What tracing, metrics, deadlines and typed errors add to one call between two services.

Client and server run in one process, one call at a time, so the processor time per call is that of
both sides of a hop. The variants take turns in short rounds, in another order each time, and what
one adds is the median of its differences to bare gRPC in the same turn: other work on the machine
then disturbs all of them alike.

PYTHONPATH=tests:. python -m benchmarks.micro.bench_interceptors --output FILE
"""

import argparse
import logging
import statistics
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import TypeAlias

import uvloop
from benchmarks.claims import Claim, publish
from benchmarks.micro.echo_variants import (
    BARE,
    MESSAGES_PER_STREAM,
    OWN,
    REST,
    SERVICE,
    STOCK,
    UNSAMPLED,
    UNTRACED,
    VARIANTS,
)
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.serving import settle

GOALS = {OWN: 50, UNSAMPLED: 15}
"""The most microseconds that a unary call may cost beyond bare gRPC."""
REQUEST = StringValue(value="x" * 110)
CALLS_PER_ROUND = 20
STREAMS_PER_ROUND = 1
SEED = 12

Round: TypeAlias = Callable[[], Awaitable[int]]
Sample: TypeAlias = tuple[float, float]
Samples: TypeAlias = Mapping[str, list[Sample]]
Results: TypeAlias = dict[str, dict[str, dict[str, float]]]


def unary_round(channel: aio.Channel) -> Round:
    """Return what makes `CALLS_PER_ROUND` calls and says how many."""
    unary = channel.unary_unary(
        f"/{SERVICE}/Unary", StringValue.SerializeToString, StringValue.FromString
    )

    async def calls() -> int:
        for _ in range(CALLS_PER_ROUND):
            await unary(REQUEST, timeout=10)
        return CALLS_PER_ROUND

    return calls


def stream_round(channel: aio.Channel) -> Round:
    """Return what reads `STREAMS_PER_ROUND` streams and says how many."""
    stream = channel.unary_stream(
        f"/{SERVICE}/Stream", StringValue.SerializeToString, StringValue.FromString
    )

    async def streams() -> int:
        for _ in range(STREAMS_PER_ROUND):
            async for _response in stream(REQUEST, timeout=10):
                pass
        return STREAMS_PER_ROUND

    return streams


async def measured(one_round: Round) -> tuple[float, float]:
    """Return the microseconds of processor and of wall clock per call."""
    cpu, wall = process_time(), perf_counter()
    count = await one_round()
    return (process_time() - cpu) / count * 1e6, (perf_counter() - wall) / count * 1e6


async def benchmark(seconds: float) -> Results:
    """Measure unary calls, then streams, all variants in turn, for about `seconds`."""
    async with AsyncExitStack() as stack:
        channels = {
            name: await stack.enter_async_context(opened()) for name, opened in VARIANTS.items()
        }
        kinds = {"unary": unary_round, "stream": stream_round}
        return {
            kind: summary(
                await in_turns({name: build(each) for name, each in channels.items()}, seconds / 2)
            )
            for kind, build in kinds.items()
        }


async def in_turns(rounds: Mapping[str, Round], seconds: float) -> Samples:
    """Measure all rounds again and again for about `seconds`."""
    samples: Samples = {name: [] for name in rounds}
    for one_round in rounds.values():
        await one_round()
    settle()  # as services do at their start
    order, random = list(rounds), Random(SEED)
    end = perf_counter() + seconds
    while perf_counter() < end:
        random.shuffle(order)
        for name in order:
            samples[name].append(await measured(rounds[name]))
    return samples


def summary(samples: Samples) -> dict[str, dict[str, float]]:
    """Return the medians by variant, with what a variant adds to bare gRPC.

    What one round of twenty stays below is nearly undisturbed by other work on the machine.
    """
    return {
        name: {
            "cpu_us": round(statistics.median(cpu for cpu, _ in rounds), 1),
            "undisturbed_cpu_us": round(
                statistics.quantiles([cpu for cpu, _ in rounds], n=20)[0], 1
            ),
            "wall_us": round(statistics.median(wall for _, wall in rounds), 1),
            "rounds": len(rounds),
            "added_cpu_us": more(samples, name, BARE),
            "added_to_the_rest_us": more(samples, name, REST),
        }
        for name, rounds in samples.items()
    }


def more(samples: Samples, name: str, base: str) -> float:
    """Return how many microseconds of processor a variant takes more than another one."""
    pairs = zip(samples[name], samples[base], strict=True)
    return round(statistics.median(one[0] - other[0] for one, other in pairs), 1)


def claims(results: Results) -> list[Claim]:
    """Return what askmesh adds to a call and to a stream, also over what the stock one adds."""
    unary = results["unary"]
    added = [
        Claim(
            f"microseconds of processor added to one unary call, both sides: {name}",
            unary[name]["added_cpu_us"],
            f"<= {goal}",
            baseline=BARE,
        )
        for name, goal in GOALS.items()
    ]
    traced = [
        Claim(
            f"microseconds of processor that tracing adds to one unary call, both sides: {name}",
            round(unary[name]["added_cpu_us"] - unary[UNTRACED]["added_cpu_us"], 1),
            f"<= {goal}",
            baseline=UNTRACED,
        )
        for name, goal in GOALS.items()
    ]
    return [*added, *traced, *(over_stock(kind, each) for kind, each in results.items())]


def over_stock(kind: str, variants: Mapping[str, Mapping[str, float]]) -> Claim:
    """Compare what askmesh adds with what OpenTelemetry's own instrumentation does."""
    return Claim(
        f"processor added to one {kind} call, over what OpenTelemetry's instrumentation adds",
        round(variants[OWN]["added_cpu_us"] / variants[STOCK]["added_cpu_us"], 2),
        "<= 1",
        baseline="opentelemetry-instrumentation-grpc, which only traces",
    )


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    logging.getLogger("askmesh").setLevel(logging.WARNING)
    results = uvloop.run(benchmark(arguments.seconds))
    publish(
        arguments.output,
        benchmark="bench_interceptors",
        settings=settings(arguments.seconds),
        results=results,
        claims=claims(results),
    )


def settings(seconds: float) -> dict[str, object]:
    """Say how the numbers were measured."""
    return {
        "seconds": seconds,
        "event_loop": "uvloop",
        "sampling": 1.0,
        "request_bytes": REQUEST.ByteSize(),
        "messages_per_stream": MESSAGES_PER_STREAM,
        "logs": "off",
        **{name: version(name) for name in ("grpcio", "opentelemetry-sdk", STOCK)},
    }


if __name__ == "__main__":
    main()
