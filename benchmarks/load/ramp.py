"""What a mesh does from as many questions as it can take to ten times as many, and back.

    PYTHONPATH=tests python -m benchmarks.load.ramp [--output FILE] [--plot FOLDER]

First the capacity of the mesh is found: the greatest rate at which 95 of 100 answers are whole and
have their first text in time. Then questions come at 1, 2, 5 and 10 times this rate, and back; an
answer counts if nothing is missing. The same is done with a mesh that refuses nobody. Answers are
quotes: a language model would be the only thing that is measured on a small machine, and neither
searches nor scores are remembered, as no question comes twice.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import accumulate, pairwise
from pathlib import Path
from random import Random
from time import monotonic

from benchmarks.claims import publish
from benchmarks.load.loaded_mesh import LoadedMesh, handbook_questions, loaded_mesh
from benchmarks.load.plot import plotted
from benchmarks.load.ramp_claims import Ramp, Stretch, claims_of, claims_without

from askmesh.client import Reconnecting
from askmesh.load import (
    Ask,
    AskedQuestion,
    Capacity,
    End,
    Objective,
    Phase,
    Summary,
    arrivals,
    by_second,
    find_capacity,
    keep_to,
    summarised,
)

FACTORS = (1.0, 2.0, 5.0, 10.0, 5.0, 2.0, 1.0)
REST = 0.5
REST_SECONDS = 60.0
OBJECTIVE = Objective(first_text_p99_ms=1500, whole_share=0.95)
WITHOUT_SHEDDING = {
    "GATEWAY_MAX_ACTIVE_ANSWERS": "100000",
    "GATEWAY_MIN_ACTIVE_ANSWERS": "100000",
    "RERANKING_WAITING_RANKINGS": "100000",
    "RERANKING_RANKING_WAIT_SECONDS": "60",
    "RETRIEVAL_MAX_ACTIVE_CALLS": "100000",
    "RETRIEVAL_MIN_ACTIVE_CALLS": "100000",
    "QUERY_UNDERSTANDING_MAX_ACTIVE_CALLS": "100000",
    "SUMMARIZATION_MAX_ACTIVE_CALLS": "100000",
}
IMPATIENT = 2
"""One of so many questions is of a client that does not ask again: it times refusals, and first
texts."""


async def capacity_of(ask: Ask, seconds: float) -> Capacity:
    """Return what the mesh takes."""

    async def measure(per_minute: float) -> Summary:
        times = arrivals([Phase(seconds, per_minute)], Random(1))
        return summarised(await keep_to(times, ask), seconds)

    return await find_capacity(measure, OBJECTIVE, begin=30, most=12_000)


def mixed(patient: Ask, impatient: Ask) -> Ask:
    """Return what lets one of some questions be asked by somebody who takes a refusal for one."""

    async def ask(number: int, intended: float) -> AskedQuestion:
        return await (patient if number % IMPATIENT else impatient)(number, intended)

    return ask


async def without_load(ask: Ask) -> Summary:
    """Ask one question after the other, as many as there are different ones.

    Their slowest are compared with the slowest of a step: those few that come while a mesh rests
    may all be quick ones.
    """
    began = monotonic()
    asked = [await ask(number, monotonic()) for number in range(len(handbook_questions()))]
    return summarised(asked, monotonic() - began)


async def ramp(
    mesh: LoadedMesh, ask: Ask, capacity: float, seconds: float, unloaded: Summary
) -> Ramp:
    """Ask at every multiple of the capacity for so many seconds, with a rest after them."""
    rest = Phase(REST_SECONDS, capacity * REST)
    phases = [*(Phase(seconds, capacity * factor) for factor in FACTORS), rest]
    calls, extra = _calls(mesh), _extra_attempts(mesh)
    asked = await keep_to(arrivals(phases, Random(2)), ask)
    ends = list(accumulate((phase.seconds for phase in phases), initial=0.0))
    spans = list(pairwise(ends))
    parts = [_between(asked, *span) for span in spans]
    alone = [_between(asked[::IMPATIENT], *span) for span in spans]
    return Ramp(
        unloaded,
        [
            Stretch(
                factor,
                summarised(parts[place], seconds),
                _whole_between(asked, *spans[place]),
                summarised(alone[place], seconds),
            )
            for place, factor in enumerate(FACTORS)
        ],
        normal_after=_last_unusual(parts[-1], unloaded, ends[-2]),
        calls_per_question=(_calls(mesh) - calls) / len(asked),
        extra_attempts_per_question=(_extra_attempts(mesh) - extra) / len(asked),
        asked=asked,
    )


def _between(asked: Sequence[AskedQuestion], begin: float, end: float) -> list[AskedQuestion]:
    return [each for each in asked if begin <= each.intended < end]


def _whole_between(asked: Sequence[AskedQuestion], begin: float, end: float) -> int:
    return sum(each.end is End.WHOLE and begin <= each.ended < end for each in asked)


def _last_unusual(after: Sequence[AskedQuestion], before: Summary, ended: float) -> float:
    """Return how long after the end the last question was asked that was not answered as before."""
    usual = 2 * (before.first_text_p99_ms or 0.0) / 1000
    unusual = [
        each.intended - ended
        for each in after
        if each.end is not End.WHOLE or (each.first_text or 0.0) > usual
    ]
    return max(unusual, default=0.0)


def _calls(mesh: LoadedMesh) -> float:
    gateway = mesh.processes["gateway"]
    name = "askmesh_rpc_requests_total"
    return sum(gateway.counted(name, each) for each in ('"StreamAnswer"', '"ResumeAnswer"'))


def _extra_attempts(mesh: LoadedMesh) -> float:
    return mesh.processes["gateway"].counted("askmesh_extra_attempts_total")


async def measured(
    variables: Mapping[str, str], options: argparse.Namespace, capacity: float = 0.0
) -> tuple[Ramp, Capacity | None]:
    """Return what a mesh with these settings does, and its capacity unless that is known."""
    async with (
        loaded_mesh(variables=variables) as mesh,
        mesh.client() as patient,
        mesh.client(Reconnecting(asks=1)) as impatient,
    ):
        unloaded = await without_load(mesh.asker(impatient))
        ask = mixed(mesh.asker(patient), mesh.asker(impatient))
        found = (
            None if capacity else await capacity_of(mesh.asker(impatient), options.capacity_seconds)
        )
        rate = capacity or (found.per_minute if found else 0.0)
        if not rate:
            raise SystemExit("the mesh is too slow for any rate")
        return await ramp(mesh, ask, rate, options.seconds, unloaded), found


async def measure(options: argparse.Namespace) -> None:
    """Measure both meshes and write the claims."""
    with_shedding, found = await measured({}, options)
    if found is None:
        raise RuntimeError("the capacity was not looked for")
    capacity = found.per_minute
    without, _ = await measured(WITHOUT_SHEDDING, options, capacity)
    both = {"with": with_shedding, "without": without}
    publish(
        options.output,
        benchmark="ramp",
        settings={
            "factors": FACTORS,
            "seconds of a step": options.seconds,
            "objective of the capacity": asdict(OBJECTIVE),
            "without shedding": WITHOUT_SHEDDING,
        },
        results={
            "capacity": [(step.per_minute, step.missed) for step in found.steps],
            **{
                f"{name}_shedding": {
                    "unloaded": asdict(each.unloaded),
                    "steps": [asdict(step) for step in each.stretches],
                    "seconds": [asdict(second) for second in by_second(each.asked)],
                }
                for name, each in both.items()
            },
        },
        claims=[*claims_of(with_shedding, capacity), *claims_without(without, capacity)],
    )
    for name, each in both.items() if options.plot else ():
        file = options.plot / f"ramp-{name}-shedding.svg"
        file.write_text(plotted(by_second(each.asked)), encoding="utf-8")


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=45.0, help="of each step")
    parser.add_argument("--capacity-seconds", type=float, default=30.0, help="of each rate tried")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--plot", type=Path, help="a folder for pictures")
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
