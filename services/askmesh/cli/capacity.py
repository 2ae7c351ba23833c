"""How many questions a minute a mesh takes while it keeps what was promised."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import click
from rich.console import Console
from rich.table import Table

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import mesh_client
from askmesh.cli.options import base_port_option, tenant_option
from askmesh.client import Client, Reconnecting
from askmesh.errors import OverloadedError
from askmesh.evaluation import read_questions
from askmesh.load import (
    MAY_BE_MISSING,
    Ask,
    Capacity,
    End,
    Objective,
    Phase,
    Step,
    Summary,
    arrivals,
    asker,
    find_capacity,
    keep_to,
    summarised,
)

LEAST_QUESTIONS = 20
"""A step lasts until so many were asked, however few come a minute."""

WARM_UP = 8
"""So many questions are asked before, one after the other."""

COLUMNS = ("a minute", "asked", *End, "p50 ms", "p99 ms", "SLO")
"""The times are those of first texts."""

ABOVE_NONE = click.FloatRange(min=0, min_open=True)


@click.command()
@base_port_option
@tenant_option
@click.option(
    "--seconds",
    type=ABOVE_NONE,
    default=30.0,
    show_default=True,
    help=f"For each rate, or as long as {LEAST_QUESTIONS} questions take.",
)
@click.option(
    "--begin",
    type=ABOVE_NONE,
    default=30.0,
    show_default=True,
    help="Questions a minute, at first.",
)
@click.option(
    "--most",
    type=ABOVE_NONE,
    default=6000.0,
    show_default=True,
    help="Questions a minute, at most.",
)
@click.option(
    "--first-text-ms",
    type=ABOVE_NONE,
    default=5000.0,
    show_default=True,
    help="99 of 100 answers shall have their first text within so long.",
)
@click.option(
    "--whole",
    type=click.FloatRange(0, 1),
    default=0.95,
    show_default=True,
    help="So large a share of questions shall be answered without anything missing.",
)
@click.option(
    "--without",
    type=click.Choice(MAY_BE_MISSING),
    multiple=True,
    help="What may be missing, as of a mesh without a language model.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("capacity.json"),
    show_default=True,
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@asynchronous
async def capacity(  # noqa: PLR0917 - options of the command line
    base_port: int,
    tenant: str,
    seconds: float,
    begin: float,
    most: float,
    first_text_ms: float,
    whole: float,
    without: tuple[str, ...],
    output: Path,
    file: Path,
) -> None:
    """Find how many questions a minute of FILE the mesh takes, and write it with the SLO.

    FILE has questions as for `askmesh eval`, better too many than too few: of equal ones all but
    the answer is remembered. They come independently of each other, at ever greater rates, whatever
    becomes of those before, and none that is refused is asked again: take a mesh that nobody uses
    meanwhile.
    """
    questions = [each.question for each in read_questions(file)]
    if not questions:
        raise click.UsageError(f"{file} has no questions")
    output.parent.mkdir(parents=True, exist_ok=True)
    objective = Objective(first_text_ms, whole)
    console = Console()
    async with mesh_client(base_port, tenant, reconnecting=Reconnecting(asks=1)) as client:
        measure = await _measuring(client, questions, without, seconds, console)
        found = await find_capacity(measure, objective, begin=begin, most=most)
    console.print(capacity_table(found))
    console.print(told(found, objective))
    await asyncio.to_thread(output.write_text, as_json(found, objective, without), "utf-8")


async def _measuring(
    client: Client,
    questions: Sequence[str],
    without: Sequence[str],
    seconds: float,
    console: Console,
) -> Callable[[float], Awaitable[Summary]]:
    """Ask some questions to warm up; return what measures a rate. Raise an error without a mesh."""
    with suppress(OverloadedError):
        async for _ in client.ask(questions[0]):
            pass
    ask: Ask = asker(client, questions, without)
    for _ in range(min(WARM_UP, len(questions))):
        await keep_to([0.0], ask)

    async def measure(per_minute: float) -> Summary:
        lasts = max(seconds, 60 * LEAST_QUESTIONS / per_minute)
        times = arrivals([Phase(lasts, per_minute)], Random(1))  # noqa: S311 - the same each time
        with console.status(f"Asking {per_minute:.0f} questions a minute for {lasts:.0f} s"):
            return summarised(await keep_to(times, ask), lasts)

    return measure


def capacity_table(found: Capacity) -> Table:
    """Return the rates that were tried, the lowest first."""
    table = Table(*COLUMNS, box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for step in sorted(found.steps, key=lambda step: step.per_minute):
        table.add_row(*_row(step))
    return table


def _row(step: Step) -> Sequence[str]:
    did = step.summary
    ends = (str(did.ends[end]) for end in End)
    times = (_milliseconds(each) for each in (did.first_text_p50_ms, did.first_text_p99_ms))
    kept = "missed" if step.missed else "kept"
    return f"{step.per_minute:.0f}", str(did.asked), *ends, *times, kept


def _milliseconds(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def told(found: Capacity, objective: Objective) -> str:
    """Return what was found, as a sentence."""
    slo = (
        f"{objective.whole_share:.0%} of questions whole, the first text of 99 in 100 within "
        f"{objective.first_text_p99_ms:.0f} ms"
    )
    if not found.per_minute:
        return f"The first rate is too much ({found.steps[0].missed}) for {slo}: begin with less."
    more = "" if found.is_limit else "at least "
    return f"The mesh takes {more}{found.per_minute:.0f} questions a minute with {slo}."


def as_json(found: Capacity, objective: Objective, without: Sequence[str]) -> str:
    """Return the SLO, the capacity and all that was tried."""
    content = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "slo": {**asdict(objective), "may_be_missing": list(without)},
        "capacity_per_minute": found.per_minute,
        "is_limit": found.is_limit,
        "steps": [asdict(step) for step in found.steps],
    }
    return f"{json.dumps(content, indent=2)}\n"
