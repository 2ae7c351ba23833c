"""Ask a mesh by a timetable, whatever becomes of the questions before, and say how it did.

    python -m benchmarks.load.open_loop questions.jsonl --phase 60:10-150 --phase 10:600
    python -m benchmarks.load.open_loop questions.jsonl --trace conv.csv --per-minute 60

A phase is SECONDS:RATE or SECONDS:FROM-TO, in questions a minute; a steady rate is one phase, a
ramp one with two rates, a burst one between two others. A trace is a recording of arrivals, such as
those of Azure's language models, which runs so fast that its mean rate is the one wanted. Times
count from when a question was due, and none that is refused is asked again.
"""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random

from benchmarks.claims import publish
from benchmarks.load.plot import plotted

from askmesh.client import Reconnecting, askmesh_client
from askmesh.evaluation import read_questions
from askmesh.load import (
    MAY_BE_MISSING,
    AskedQuestion,
    Phase,
    arrivals,
    asker,
    by_second,
    keep_to,
    read_trace,
    replayed,
    summarised,
)


def phase(text: str) -> Phase:
    """Return the phase that an option describes."""
    seconds, _, rates = text.partition(":")
    begin, _, end = rates.partition("-")
    return Phase(float(seconds), float(begin), float(end) if end else None)


def timetable(options: argparse.Namespace) -> list[float]:
    """Return when to ask."""
    if options.trace is None:
        return arrivals(options.phase, None if options.evenly else Random(options.seed))
    return replayed(
        read_trace(options.trace),
        seconds=options.seconds,
        per_minute=options.per_minute,
        skip=options.skip,
    )


async def asked(options: argparse.Namespace, times: Sequence[float]) -> list[AskedQuestion]:
    """Ask at these times."""
    questions = [each.question for each in read_questions(options.questions)]
    async with askmesh_client(
        *(options.gateway, options.gateway, options.tenant), reconnecting=Reconnecting(asks=1)
    ) as client:
        return await keep_to(times, asker(client, questions, options.without))


def main() -> None:
    """Ask, print, write."""
    options = _options()
    times = timetable(options)
    outcomes = asyncio.run(asked(options, times))
    summary = summarised(outcomes, max(times, default=0.0) or 1.0)
    seconds = by_second(outcomes)
    publish(
        options.output,
        benchmark="open_loop",
        settings={
            "phases": [asdict(each) for each in options.phase],
            "trace": options.trace and options.trace.name,
            "per_minute": options.per_minute,
            "questions": len(times),
        },
        results={"summary": asdict(summary), "seconds": [asdict(each) for each in seconds]},
    )
    if options.plot:
        options.plot.write_text(plotted(seconds), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", type=Path, help="JSON Lines, as for askmesh eval")
    parser.add_argument("--gateway", default="127.0.0.1:7400")
    parser.add_argument("--tenant", default="")
    parser.add_argument("--phase", type=phase, action="append", default=[])
    parser.add_argument("--evenly", action="store_true", help="not independently of each other")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", type=Path, help="a table in CSV with a column TIMESTAMP")
    parser.add_argument("--per-minute", type=float, help="the mean rate of the trace")
    parser.add_argument("--seconds", type=float, default=300.0, help="of the trace")
    parser.add_argument("--skip", type=float, default=0.0, help="seconds of the trace")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=MAY_BE_MISSING,
        help="what may be missing",
    )
    parser.add_argument("--output", type=Path, help="a file for the figures, in JSON")
    parser.add_argument("--plot", type=Path, help="a file for a picture of each second, in SVG")
    options = parser.parse_args()
    if bool(options.phase) == bool(options.trace):
        parser.error("name phases, or a trace")
    return options


if __name__ == "__main__":
    main()
