"""The commands that measure what settings depend on."""

from collections.abc import Sequence
from functools import partial

import click
from rich.console import Console
from rich.table import Table

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.tuning import (
    SIZES,
    Opening,
    PoolSize,
    measure,
    mongo_pool,
    recommended,
    redis_pool,
)


@click.group()
def tune() -> None:
    """Measure what settings depend on."""


@tune.command()
@click.option("--documents", default="", help="mongodb://… to measure.")
@click.option("--cache", default="", help="redis://… to measure.")
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
    if cache:
        openings["Redis"] = partial(redis_pool, cache)
    if not openings:
        raise click.UsageError("say with --documents or --cache what to measure")
    console = Console()
    for server, opening in openings.items():
        with console.status(f"Measuring {server}"):
            sizes = await measure(opening, SIZES, callers=callers, seconds=seconds, rounds=rounds)
        console.print(_table(server, sizes))
        best = recommended(sizes)
        console.print(f"{server}: {best.connections} connections are enough for one process.")
    if documents:
        console.print("Set it as ?maxPoolSize= in the address; the default is 20.")


def _table(server: str, sizes: Sequence[PoolSize]) -> Table:
    table = Table("connections", "per second", "p50 ms", "p99 ms", "failures", title=server)
    for each in sizes:
        latencies = (f"{each.p50_ms:.1f}", f"{each.p99_ms:.1f}")
        table.add_row(
            str(each.connections), f"{each.per_second:.0f}", *latencies, str(each.failures)
        )
    return table
