"""How soon a mesh is as before when MongoDB, Redis or Triton goes on after a stall under load.

    PYTHONPATH=tests python -m benchmarks.load.stalls [--output FILE]

Questions come at a steady rate, first undisturbed; then the same ones come at the same times, and
one server is stopped (SIGSTOP: it keeps its connections and answers nothing) with all that it has
started, and goes on later. A question is compared with itself: how long a text takes differs by ten
seconds from question to question. Before a Triton a small language model writes; else answers are
quotes.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.claims import Claim, publish
from benchmarks.load.loaded_mesh import LoadedMesh, loaded_mesh

from askmesh.cli.layout import TRITON
from askmesh.client import Client
from askmesh.load import AskedQuestion, End, Phase, Summary, arrivals, keep_to, summarised
from askmesh.models import SMOLLM2_135M_INSTRUCT
from support.signals import stopped

NORMAL_WITHIN = 2.0
SETTLING_SECONDS = 10.0
LEAST_SECONDS = 1.0
"""A first text within twice of this is as before, however early it was then."""
SERVERS: Mapping[str, Callable[[LoadedMesh], int]] = {
    "MongoDB": lambda mesh: mesh.mongo.pid,
    "Redis": lambda mesh: mesh.redis.pid,
    "Triton": lambda mesh: mesh.processes[TRITON].pid,
}
WITH_MODEL = "Triton"
"""The server that is stalled where a language model writes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of questions while and after a server was stalled, and without that.

    `normal_after` is how long after the stall the last question was asked that went without
    something, or was late, as it was not without a stall; 0 if none.
    """

    undisturbed: Summary
    stalled: Summary
    after: Summary
    normal_after: float


async def trial(
    mesh: LoadedMesh, client: Client, server: str, options: argparse.Namespace
) -> Trial:
    """Ask under load, then ask the same while a server stalls."""
    begin, end = options.around, options.around + options.stall
    times = arrivals([Phase(end + options.around, options.per_minute)], Random(1))
    undisturbed = await keep_to(times, mesh.asker_from_first(client))
    await asyncio.sleep(SETTLING_SECONDS)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(keep_to(times, mesh.asker_from_first(client)))
        await asyncio.sleep(begin)
        with stopped(SERVERS[server](mesh)):
            await asyncio.sleep(options.stall)
    asked = asking.result()
    stalled = [each for each in asked if each.ended > begin and each.intended < end]
    return Trial(
        summarised(undisturbed, end + options.around),
        summarised(stalled, options.stall),
        summarised([each for each in asked if each.intended >= end], options.around),
        normal_after(zip(undisturbed, asked, strict=True), end),
    )


def normal_after(asked: Iterable[tuple[AskedQuestion, AskedQuestion]], end: float) -> float:
    """Return how long after the end of a stall questions still fared as they did not without."""
    after = ((before, now) for before, now in asked if now.intended >= end)
    return max((now.intended - end for before, now in after if fared_worse(before, now)), default=0)


def fared_worse(before: AskedQuestion, now: AskedQuestion) -> bool:
    """Return whether a question was answered whole before and is not, or is late by comparison."""
    if before.end is not End.WHOLE:
        return False
    usual = max(before.first_text or 0.0, LEAST_SECONDS)
    return now.end is not End.WHOLE or (now.first_text or 0.0) > 2 * usual


async def campaign(options: argparse.Namespace) -> dict[str, Trial]:
    """Stall one server after the other."""
    named: list[str] = options.servers
    without_model = [name for name in named if name != WITH_MODEL]
    trials = await stalled(without_model, "", options) if without_model else {}
    if WITH_MODEL in named:
        trials |= await stalled([WITH_MODEL], SMOLLM2_135M_INSTRUCT.name, options)
    return trials


async def stalled(
    servers: Sequence[str], model: str, options: argparse.Namespace
) -> dict[str, Trial]:
    """Stall servers of one mesh, in which a model writes unless it is ""."""
    trials: dict[str, Trial] = {}
    async with loaded_mesh(model=model) as mesh, mesh.client() as client:
        for name in servers:
            trials[name] = await trial(mesh, client, name, options)
            await asyncio.sleep(SETTLING_SECONDS)
    return trials


def claims_of(server: str, found: Trial, seconds: float) -> Sequence[Claim]:
    """Return what is to be said of one server."""
    stalled = found.stalled
    return [
        Claim(
            f"{server} stalls for {seconds:g} s: seconds until everything is as before",
            round(found.normal_after, 2),
            f"<= {NORMAL_WITHIN:g}",
            "whole answers, the first text within twice of what it took without a stall, or 2 s",
        ),
        Claim(
            f"{server} stalls for {seconds:g} s: questions that fail or are refused",
            stalled.ends[End.FAILED] + stalled.ends[End.REFUSED],
            "= 0",
            f"of {stalled.asked} that were asked or answered meanwhile",
        ),
        Claim(
            f"{server} stalls for {seconds:g} s: answers that went without something",
            stalled.ends[End.DEGRADED],
        ),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-minute", type=float, default=30.0, help="questions")
    parser.add_argument("--stall", type=float, default=10.0, help="seconds")
    parser.add_argument(
        "--around", type=float, default=30.0, help="seconds before a stall, and after it"
    )
    parser.add_argument("--servers", nargs="+", choices=list(SERVERS), default=list(SERVERS))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    trials = asyncio.run(campaign(options))
    publish(
        options.output,
        benchmark="stalls",
        settings={
            "questions a minute": options.per_minute,
            "seconds of a stall": options.stall,
            "language model": SMOLLM2_135M_INSTRUCT.name,
        },
        results={name: asdict(each) for name, each in trials.items()},
        claims=[
            claim for name, each in trials.items() for claim in claims_of(name, each, options.stall)
        ],
    )


if __name__ == "__main__":
    main()
