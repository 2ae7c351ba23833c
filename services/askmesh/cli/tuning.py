"""How many connections a pool should have: throughput and tail latency of each size."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import parse_qsl, urlencode

import click
from rich.console import Console
from rich.table import Table

from askmesh.caching import redis_cache
from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.options import cache_option, documents_option
from askmesh.documents import MONGO_CONNECTIONS, open_documents
from askmesh.errors import UnavailableError

SIZES = (1, 2, 4, 8, 20, 50, 100, 200, 500, 1000)
"""Connections to try."""

ENOUGH = 0.8
"""The share of the greatest throughput that a pool must reach; short tails matter more."""

TAIL = 1.25
"""So many times the shortest tail is a tail that is short enough."""

Call = Callable[[], Awaitable[object]]
Opening = Callable[[int], AbstractAsyncContextManager[Call]]
"""Opens a pool of a size, and yields a call that takes one connection for a moment."""


@dataclass(frozen=True, slots=True)
class PoolSize:
    """What a pool of so many connections does for many callers at once."""

    connections: int
    per_second: float
    p50_ms: float
    p99_ms: float
    failures: int


async def measure(
    opening: Opening, sizes: Sequence[int], *, callers: int, seconds: float, rounds: int
) -> list[PoolSize]:
    """Try each size in each round, there and back, so that what else goes on meets all alike."""
    found: dict[int, list[PoolSize]] = {size: [] for size in sizes}
    for number in range(rounds):
        for size in sizes if number % 2 == 0 else reversed(sizes):
            async with opening(size) as call:
                found[size].append(await _measure_once(size, call, callers, seconds))
    return [_middle(tries) for tries in found.values()]


def recommended(sizes: Sequence[PoolSize]) -> PoolSize:
    """Return the smallest pool with a tail as short as any that does nearly as much."""
    working = [each for each in sizes if not each.failures] or list(sizes)
    most = max(each.per_second for each in working)
    fast = [each for each in working if each.per_second >= ENOUGH * most]
    shortest = min(each.p99_ms for each in fast)
    return next(
        each
        for each in sorted(fast, key=lambda each: each.connections)
        if each.p99_ms <= TAIL * shortest
    )


@asynccontextmanager
async def mongo_pool(address: str, size: int) -> AsyncGenerator[Call]:
    """Yield a look-up of a document by name, over a pool of this size."""
    place, _, query = address.partition("?")
    options = {**dict(parse_qsl(query)), "maxPoolSize": str(size)}
    async with open_documents(f"{place}?{urlencode(options)}") as store:
        yield lambda: store.get_document("default", "a document that is not there")


@asynccontextmanager
async def redis_pool(address: str, size: int) -> AsyncGenerator[Call]:
    """Yield a look-up of a value, over so many connections."""
    async with redis_cache(address, timeout_seconds=_PATIENCE_SECONDS, batches=size) as cache:
        yield lambda: cache.get_many(["a value that is not there"])


_PATIENCE_SECONDS = 10.0


async def require_there(server: str, opening: Opening) -> None:
    """Raise `UnavailableError` if one look-up fails: no size would be the right one."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), opening(1) as call:
            await call()
    except (UnavailableError, TimeoutError) as error:
        raise UnavailableError(
            "SERVER_UNAVAILABLE", f"{server} does not answer: start it, or look at its address"
        ) from error


async def _measure_once(size: int, call: Call, callers: int, seconds: float) -> PoolSize:
    latencies: list[float] = []
    failures = 0

    async def call_until(ends: float) -> None:
        nonlocal failures
        began = perf_counter()
        while True:
            try:
                await call()
            except UnavailableError:
                failures += 1
            latencies.append(perf_counter() - began)
            if (began := perf_counter()) >= ends:
                return

    elapsed = 0.0
    for duration in (0.0, seconds):
        latencies.clear()  # what opened the connections does not count
        started = perf_counter()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(callers):
                tasks.create_task(call_until(started + duration))
        elapsed = perf_counter() - started
    hundredths = quantiles(latencies, n=100)
    return PoolSize(
        size, len(latencies) / elapsed, hundredths[49] * 1000, hundredths[98] * 1000, failures
    )


def _middle(tries: Sequence[PoolSize]) -> PoolSize:
    return PoolSize(
        tries[0].connections,
        median(each.per_second for each in tries),
        median(each.p50_ms for each in tries),
        median(each.p99_ms for each in tries),
        max(each.failures for each in tries),
    )


@click.group()
def tune() -> None:
    """Measure what settings depend on."""


@tune.command()
@documents_option
@cache_option
@click.option(
    "--callers",
    type=click.IntRange(min=2),
    default=200,
    show_default=True,
    help="How many ask at once.",
)
@click.option("--seconds", default=2.0, show_default=True, help="For each size of a pool.")
@click.option("--rounds", default=3, show_default=True)
@asynchronous
async def pool(documents: str, cache: str, callers: int, seconds: float, rounds: int) -> None:
    """Find how many connections to MongoDB and Redis are enough, by look-ups alone."""
    openings: dict[str, Opening] = {}
    if documents:
        openings["MongoDB"] = partial(mongo_pool, documents)
    if cache != "memory:":
        openings["Redis"] = partial(redis_pool, cache)
    if not openings:
        raise click.UsageError("say with --documents or --cache what to measure")
    # What fails is in the table.
    logging.getLogger("askmesh.caching").addHandler(logging.NullHandler())
    console = Console()
    for server, opening in openings.items():
        await require_there(server, opening)
        with console.status(f"Measuring {server}"):
            sizes = await measure(opening, SIZES, callers=callers, seconds=seconds, rounds=rounds)
        console.print(_table(server, sizes))
        best = recommended(sizes)
        console.print(f"{server}: {best.connections} connections are enough for one process.")
    if documents:
        console.print(
            f"Set it as ?maxPoolSize= in the address; the default is {MONGO_CONNECTIONS}."
        )


def _table(server: str, sizes: Sequence[PoolSize]) -> Table:
    table = Table("connections", "per second", "p50 ms", "p99 ms", "failures", title=server)
    for each in sizes:
        latencies = (f"{each.p50_ms:.1f}", f"{each.p99_ms:.1f}")
        table.add_row(
            str(each.connections), f"{each.per_second:.0f}", *latencies, str(each.failures)
        )
    return table
