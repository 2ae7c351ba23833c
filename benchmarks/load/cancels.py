"""What is left of answers that are cancelled at random moments: memory, and work in Triton.

    PYTHONPATH=tests python -m benchmarks.load.cancels [--output FILE]

Each question is cancelled after a random part of the time that a whole answer takes; many of them
while they are understood, searched and ranked, some while a small language model writes. The memory
of each process is compared with that after a first part of the cancels, by which pools and caches
have their size. After the last one, Triton is asked again and again whether it still works.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic, time_ns

from benchmarks.claims import Claim, publish
from benchmarks.load.loaded_mesh import LoadedMesh, fresh_questions, loaded_mesh

from askmesh.cli.layout import TRITON
from askmesh.client import Client, Completed, Event
from askmesh.errors import AskmeshError
from askmesh.models import SMOLLM2_135M_INSTRUCT
from support.triton import generations_in_flight

AT_ONCE = 12
ROOM = {
    "GATEWAY_MIN_ACTIVE_ANSWERS": "32",
    "GATEWAY_WRITING_WAIT_SECONDS": "1000",
    "RETRIEVAL_MIN_ACTIVE_CALLS": "64",
}
"""What is refused cannot be cancelled."""
WHOLE = 10
WARM_SHARE = 0.2
IDLE_SECONDS = 30.0
QUESTIONS = 50
EXPECTED = ("cancelled", "answered", "abstained")
"""Some are there before they are cancelled."""


class Canceller:
    """Asks and cancels."""

    def __init__(self, client: Client, seed: int) -> None:
        self._client = client
        self._chance = Random(seed)
        self._seeds = count(time_ns())
        self._questions = fresh_questions()[:QUESTIONS]
        self.ends = Counter[str]()

    async def whole(self) -> float:
        """Return how long an answer takes that is not cancelled, however it ends."""
        began = monotonic()
        with suppress(AskmeshError):
            async with aclosing(self._asked()) as events:
                async for _ in events:
                    pass
        return monotonic() - began

    async def cancel(self, cancels: int, longest_seconds: float) -> None:
        """Cancel so many answers, each within so long."""
        left = iter(range(cancels))

        async def some() -> None:
            for _ in left:
                self.ends[await self._cancelled(self._chance.uniform(0, longest_seconds))] += 1

        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(some())

    async def _cancelled(self, after_seconds: float) -> str:
        """Return how an answer ended that was cancelled so long after its first event."""
        try:
            async with aclosing(self._asked()) as events:
                answer_id = (await anext(events)).answer_id
                await asyncio.sleep(after_seconds)
                await self._client.cancel(answer_id)
                async for event in events:
                    if isinstance(event, Completed):
                        return event.outcome
        except AskmeshError as error:
            return error.reason
        return "no end"

    def _asked(self) -> AsyncGenerator[Event]:
        question = self._chance.choice(self._questions)
        return self._client.ask(question, seed=next(self._seeds))


def memory(mesh: LoadedMesh) -> Mapping[str, float]:
    """Return the resident bytes of each process of a service, by its name."""
    return {
        name: process.counted("process_resident_memory_bytes")
        for name, process in mesh.processes.items()
        if name != TRITON
    }


async def until_idle(mesh: LoadedMesh) -> float:
    """Return how long Triton still works."""
    began = monotonic()
    address = mesh.layout.triton_metrics_address
    while await asyncio.to_thread(generations_in_flight, address, "ensemble"):
        if monotonic() - began > IDLE_SECONDS:
            break
    return monotonic() - began


async def measure(options: argparse.Namespace) -> None:
    """Cancel, look, and write the claims."""
    async with (
        loaded_mesh(model=SMOLLM2_135M_INSTRUCT.name, variables=ROOM) as mesh,
        mesh.client() as client,
    ):
        canceller = Canceller(client, options.seed)
        whole = median([await canceller.whole() for _ in range(WHOLE)])
        longest = min(whole, options.longest_seconds)
        warm = round(options.cancels * WARM_SHARE)
        await canceller.cancel(warm, longest)
        before = memory(mesh)
        await canceller.cancel(options.cancels - warm, longest)
        idle = await until_idle(mesh)
        after = memory(mesh)
    publish(
        options.output,
        benchmark="cancels",
        settings={
            "cancels": options.cancels,
            "at once": AT_ONCE,
            "cancelled within, in seconds": round(longest, 3),
            "a whole answer, in seconds": round(whole, 3),
            "language model": SMOLLM2_135M_INSTRUCT.name,
        },
        results={
            "ends": canceller.ends,
            "resident_bytes_before": before,
            "resident_bytes_after": after,
        },
        claims=claims_of(canceller, before, after, idle),
    )


def claims_of(
    canceller: Canceller, before: Mapping[str, float], after: Mapping[str, float], idle: float
) -> list[Claim]:
    """Return how all ended, and what it cost."""
    growth = {name: after[name] / before[name] - 1 for name in before}
    odd = sum(canceller.ends.values()) - sum(canceller.ends[each] for each in EXPECTED)
    return [
        Claim("answers cancelled at random moments", canceller.ends["cancelled"]),
        Claim(
            "growth of the memory of a process by these cancels, worst",
            round(max(growth.values()), 4),
            "<= 0.05",
            f"its memory after the first {WARM_SHARE:.0%} of them",
        ),
        Claim("seconds until Triton is idle, after the last", round(idle, 3), "<= 0.3"),
        Claim("cancelled answers that end in another way", odd, "= 0"),
    ]


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cancels", type=int, default=10_000)
    parser.add_argument("--longest-seconds", type=float, default=0.3, help="until a cancel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    main()
