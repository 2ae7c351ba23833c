"""How soon a mesh is as before when MongoDB, Redis or Triton goes on after a stall under load.

    PYTHONPATH=tests python -m benchmarks.load.stalls [--output FILE]

Questions come at a steady rate. One server after the other is stopped (SIGSTOP: it keeps its
connections and answers nothing) with all that it has started, and goes on later. Before a Triton a
small language model writes; else answers are quotes, since how long a text takes differs by ten
seconds from question to question on a small machine, and would tell more than the server does.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.claims import Claim, publish
from benchmarks.load.loaded_mesh import LoadedMesh, loaded_mesh

from askmesh.cli.layout import TRITON
from askmesh.load import Ask, AskedQuestion, End, Phase, Summary, arrivals, keep_to, summarised
from askmesh.models import SMOLLM2_135M_INSTRUCT
from support.signals import stopped

NORMAL_WITHIN = 2.0
SETTLING_SECONDS = 10.0
LEAST_MS = 250.0
"""A first text within twice of this is as before, however early others were."""
SERVERS: Mapping[str, Callable[[LoadedMesh], int]] = {
    "MongoDB": lambda mesh: mesh.mongo.pid,
    "Redis": lambda mesh: mesh.redis.pid,
    "Triton": lambda mesh: mesh.processes[TRITON].pid,
}
WITH_MODEL = "Triton"
"""The server that is stalled where a language model writes."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of questions before, while and after a server was stalled.

    `normal_after` is how long after the stall the last question was asked that went without
    something, or was late; 0 if none.
    """

    before: Summary
    stalled: Summary
    after: Summary
    normal_after: float


async def trial(ask: Ask, process: int, per_minute: float, options: argparse.Namespace) -> Trial:
    """Stall a server under load."""
    begin, end = options.around, options.around + options.stall
    times = arrivals([Phase(end + options.around, per_minute)], Random(1))
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(keep_to(times, ask))
        await asyncio.sleep(begin)
        with stopped(process):
            await asyncio.sleep(options.stall)
    asked = asking.result()
    before = [each for each in asked if each.ended <= begin]
    after = [each for each in asked if each.intended >= end]
    stalled = [each for each in asked if each.ended > begin and each.intended < end]
    usual = summarised(before, begin)
    return Trial(
        usual,
        summarised(stalled, options.stall),
        summarised(after, options.around),
        max((each.intended - end for each in after if _is_unusual(each, usual)), default=0.0),
    )


def _is_unusual(asked: AskedQuestion, usual: Summary) -> bool:
    late = 2 * max(usual.first_text_p99_ms or 0.0, LEAST_MS) / 1000
    return asked.end is not End.WHOLE or (asked.first_text or 0.0) > late


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
        ask = mesh.asker(client)
        for name in servers:
            trials[name] = await trial(ask, SERVERS[name](mesh), options.per_minute, options)
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
            "whole answers, the first text within twice the p99 of before",
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
    parser.add_argument("--around", type=float, default=30.0, help="seconds before and after")
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
