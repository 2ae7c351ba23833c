"""Which share of the processor of a mesh goes to traces, for answers whose traces are kept or not.

Two meshes of processes answer the same questions in turns: one with traces, whose callers say which
of them are kept, and one where OpenTelemetry is switched off. Their Triton is not there, so that
answers are quotes: what a language model takes would make the share less.

PYTHONPATH=tests:. python -m benchmarks.load.traced_answers --output FILE
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from string import ascii_lowercase

from benchmarks.claims import Claim, publish
from grpc import aio
from psutil import Process

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.cli.layout import SERVICES
from support.answer_events import events_of
from support.commands import askmesh
from support.documents_of_a_farm import write_farm_documents
from support.mesh import running_mesh
from support.otlp_thread import collector_thread
from support.signals import processes_of

KEPT, UNKEPT, WITHOUT = "traces that are kept", "traces that are not", "no traces"
FLAGS = {KEPT: "01", UNKEPT: "00", WITHOUT: "00"}
QUESTIONS = (
    "How often are the goats of Hollin Farm milked?",
    "Who makes the ash cheese?",
    "When are the dogs on the lead?",
    "How many Boer goats are there?",
    "What goes to the pigs of the neighbour?",
)
QUIET_SECONDS = 1.5
"""Until what was traced is exported."""
SHARE_KEPT = 0.01
SEED = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A mesh that is asked."""

    gateway: GatewayServiceStub
    processes: Sequence[Process]

    def used(self) -> float:
        """Return the seconds of processor that all of its services have used."""
        return sum(sum(each.cpu_times()[:2]) for each in self.processes)


async def benchmark(turns: int, folder: Path) -> Mapping[str, list[float]]:
    """Return the milliseconds of processor per answer by variant and turn."""
    with (
        collector_thread() as collector,
        running_mesh(
            folder / "traced", "--triton", "127.0.0.1:9", "--otlp-endpoint", collector.address
        ) as traced,
        running_mesh(
            folder / "untraced",
            *("--triton", "127.0.0.1:9"),
            environment={"OTEL_SDK_DISABLED": "true"},
        ) as untraced,
    ):
        write_farm_documents(folder)
        for mesh in (traced, untraced):
            askmesh("ingest", "--base-port", str(mesh.base_port), str(folder / "goats.md"))
        async with AsyncExitStack() as stack:
            asked = [
                Asked(
                    GatewayServiceStub(
                        await stack.enter_async_context(aio.insecure_channel(mesh.gateway))
                    ),
                    services_in(folder / name),
                )
                for mesh, name in ((traced, "traced"), (untraced, "untraced"))
            ]
            found = await in_turns({KEPT: asked[0], UNKEPT: asked[0], WITHOUT: asked[1]}, turns)
        if not collector.collector.spans:
            raise ValueError("no trace was kept")
    return found


def services_in(home: Path) -> Sequence[Process]:
    """Return the processes of the services of a mesh."""
    return [Process(each) for name in SERVICES for each in processes_of(f"askmesh.{name}", home)]


async def in_turns(meshes: Mapping[str, Asked], turns: int) -> Mapping[str, list[float]]:
    """Measure all variants in turns, after one that does not count."""
    found: dict[str, list[float]] = {name: [] for name in meshes}
    order, random, seeds = list(meshes), Random(SEED), count(1)
    for turn in range(turns + 1):
        random.shuffle(order)
        seed = next(seeds)
        for name in order:
            used = await one_round(meshes[name], FLAGS[name], seed)
            if turn:
                found[name].append(used)
    return found


async def one_round(mesh: Asked, flags: str, seed: int) -> float:
    """Return the milliseconds of processor per answer to questions that nobody asked before."""
    random = Random(f"{flags}{seed}")
    before = mesh.used()
    for question in QUESTIONS * 2:
        asker = "".join(random.choices(ascii_lowercase, k=6)).title()
        asked = StreamAnswerRequest(question=f"{asker} asks: {question}")
        parent = f"00-{random.getrandbits(128):032x}-{random.getrandbits(64):016x}-{flags}"
        await events_of(
            mesh.gateway.StreamAnswer(asked, timeout=60, metadata=[("traceparent", parent)])
        )
    await asyncio.sleep(QUIET_SECONDS)
    return (mesh.used() - before) / (2 * len(QUESTIONS)) * 1_000


def share(found: Mapping[str, list[float]], name: str, base: str = WITHOUT) -> float:
    """Return which share of the processor traces take, as the median of the turns."""
    pairs = zip(found[name], found[base], strict=True)
    return statistics.median(1 - less / more for more, less in pairs)


def main() -> None:
    """Measure, print and, if asked for, write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(benchmark(arguments.turns, Path(folder)))
    kept, unkept = share(found, KEPT), share(found, UNKEPT)
    few = SHARE_KEPT * kept + (1 - SHARE_KEPT) * unkept
    publish(
        arguments.output,
        benchmark="traced_answers",
        settings={"turns": arguments.turns, "answers_per_turn": 2 * len(QUESTIONS)},
        results={
            name: {"median_ms": round(statistics.median(times), 1), "ms": times}
            for name, times in found.items()
        },
        claims=[
            Claim(
                "share of the processor of a mesh that traces take where all are kept",
                round(kept, 4),
                "<= 0.15",
                baseline=WITHOUT,
            ),
            Claim(
                "share of the processor of a mesh that keeping all traces takes",
                round(share(found, KEPT, UNKEPT), 4),
                "<= 0.15",
                baseline=f"{UNKEPT}, in the same processes",
            ),
            Claim(
                "share of the processor of a mesh that traces take where one of a hundred is kept",
                round(few, 4),
                "<= 0.05",
                baseline=WITHOUT,
            ),
        ],
    )


if __name__ == "__main__":
    main()
