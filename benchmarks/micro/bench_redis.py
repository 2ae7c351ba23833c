"""Reading from Redis by many callers of one process: the mesh's client beside naive ones.

Each caller reads values of 1 KB as fast as it gets them. The variants take turns in short rounds
and the median round counts, so other work on the machine disturbs all of them alike. What share of
a round the callers' thread was ready to run, but had no core, says how much of the latest reads is
the machine's.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from os import getpid
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeAlias

import uvloop
from benchmarks.claims import Claim, publish
from redis.asyncio import BlockingConnectionPool, Redis

from askmesh.caching import redis_commands
from askmesh.serving import settle
from support.redis_server import redis_server

CALLERS = 64
KEYS = [f"key-{number}".encode() for number in range(1000)]
VALUE = b"x" * 1024
OWN, POOL, SMALL_POOL, NO_POOL = (
    "askmesh",
    "redis.asyncio, pool of 64",
    "redis.asyncio, blocking pool of 16",
    "a connection per request",
)

Read: TypeAlias = Callable[[bytes], Awaitable[object]]


@asynccontextmanager
async def own(address: str) -> AsyncGenerator[Read]:
    """Yield a read through the mesh's client."""
    async with redis_commands(address, timeout_seconds=20.0) as commands:

        async def read(key: bytes) -> object:
            return await commands.get_many([key])

        yield read


@asynccontextmanager
async def pooled(address: str) -> AsyncGenerator[Read]:
    """Yield a read through the stock client, with a connection for each caller."""
    async with Redis.from_url(address, max_connections=CALLERS) as client:  # pyright: ignore[reportUnknownMemberType] - untyped options
        yield client.get


@asynccontextmanager
async def blocking(address: str) -> AsyncGenerator[Read]:
    """Yield a read through the stock client's pool that lets callers wait."""
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - untyped options
        address, max_connections=16, timeout=None
    )
    async with Redis(connection_pool=pool) as client:
        yield client.get
    await pool.disconnect()


@asynccontextmanager
async def unpooled(address: str) -> AsyncGenerator[Read]:
    """Yield a read that connects first and disconnects after."""

    async def read(key: bytes) -> object:
        async with Redis.from_url(address) as client:  # pyright: ignore[reportUnknownMemberType] - untyped options
            return await client.get(key)

    yield read


def waited_for_core() -> float:
    """Return for how many seconds the main thread was ready to run and had no core so far."""
    return int(Path(f"/proc/self/task/{getpid()}/schedstat").read_text("ascii").split()[1]) / 1e9


VARIANTS = {OWN: own, POOL: pooled, SMALL_POOL: blocking, NO_POOL: unpooled}


async def one_round(read: Read, seconds: float) -> dict[str, float]:
    """Let all callers read for a while, and return what that showed."""
    times: list[float] = []
    counts = [0] * CALLERS
    processor, waited, start = process_time(), waited_for_core(), perf_counter()
    end = start + seconds

    async def caller(number: int) -> None:
        index = number
        while (begin := perf_counter()) < end:
            await read(KEYS[index % len(KEYS)])
            times.append(perf_counter() - begin)
            counts[number] += 1
            index += CALLERS

    async with asyncio.TaskGroup() as callers:
        for number in range(CALLERS):
            callers.create_task(caller(number))
    ranked = sorted(times)
    return {
        "per_second": len(times) / (perf_counter() - start),
        "processor_us": (process_time() - processor) / len(times) * 1e6,
        "ready_without_core": (waited_for_core() - waited) / (perf_counter() - start),
        "p50_ms": ranked[len(ranked) // 2] * 1e3,
        "p99_ms": ranked[len(ranked) * 99 // 100] * 1e3,
        "p999_ms": ranked[len(ranked) * 999 // 1000] * 1e3,
        "most_over_least": max(counts) / max(1, min(counts)),
    }


async def benchmark(address: str, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Return the median of each figure over the rounds, by variant."""
    async with AsyncExitStack() as stack:
        reads = {
            name: await stack.enter_async_context(variant(address))
            for name, variant in VARIANTS.items()
        }
        settle()  # as services do once they have started
        rows: dict[str, list[dict[str, float]]] = {name: [] for name in reads}
        for _ in range(rounds):
            for name, read in reads.items():
                rows[name].append(await one_round(read, seconds))
    return {
        name: {key: round(statistics.median(row[key] for row in some), 3) for key in some[0]}
        for name, some in rows.items()
    }


def claims(results: dict[str, dict[str, float]]) -> list[Claim]:
    """Return the figures that the client was built for."""
    ours = results[OWN]

    def times(other: str) -> float:
        return round(ours["per_second"] / results[other]["per_second"], 1)

    return [
        Claim(f"reads per second, {CALLERS} callers, over {POOL}", times(POOL), ">= 8", POOL),
        Claim(
            f"reads per second, {CALLERS} callers, over {NO_POOL}",
            times(NO_POOL),
            ">= 150",
            NO_POOL,
        ),
        Claim(
            f"processor time of a read, {CALLERS} callers: {POOL}, over askmesh",
            round(results[POOL]["processor_us"] / ours["processor_us"], 1),
            ">= 8",
            POOL,
        ),
        Claim(f"p99.9 of a read, {CALLERS} callers, ms", ours["p999_ms"], "<= 2"),
        Claim(
            f"reads of the luckiest of {CALLERS} callers over the unluckiest's",
            ours["most_over_least"],
            "<= 2",
            f"{SMALL_POOL}: {results[SMALL_POOL]['most_over_least']:g}",
        ),
    ]


async def measured(address: str, rounds: int, seconds: float) -> dict[str, dict[str, float]]:
    """Fill the server, then measure."""
    async with Redis.from_url(address) as client:  # pyright: ignore[reportUnknownMemberType] - untyped options
        await client.mset(dict.fromkeys(KEYS, VALUE))
    return await benchmark(address, rounds, seconds)


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.0, help="of one round of one variant")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as server:
        results = uvloop.run(measured(server.address, arguments.rounds, arguments.seconds))
    publish(
        arguments.output,
        benchmark="bench_redis",
        settings={
            "callers": CALLERS,
            "value_bytes": len(VALUE),
            "rounds": arguments.rounds,
            "round_seconds": arguments.seconds,
            "event_loop": "uvloop",
            **{name: version(name) for name in ("redis", "hiredis")},
        },
        results=results,
        claims=claims(results),
    )


if __name__ == "__main__":
    main()
