"""How long the event loop stands still when one of many access lists changes and readers ask.

    PYTHONPATH=tests:. python -m benchmarks.micro.bench_many_lists [--lists 10000] [--readers 20]
        [--output FILE]

Each document has a list of its own. After each change all readers ask at once what they may read,
in turns as retrieval finds it out, and by looking at all lists where they ask, on the event loop.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import uvloop
from benchmarks.claims import Claim, publish

from askmesh.passages import AccessList, DocumentChange, by_key, readable_by
from askmesh.retrieval.permissions import Permissions, Reader
from askmesh.search import VectorIndex, faiss_index
from support.indexing import DIMENSION, TENANT, passage
from support.who_may_read import random_list

USERS = [f"u{number}" for number in range(200)]
GROUPS = [f"g{number}" for number in range(30)]
ROUNDS = 12

Ask = Callable[[Reader], Awaitable[object]]


async def longest_pause(work: Awaitable[object]) -> float:
    """Return the longest time, in seconds, in which nothing else ran beside some work."""
    working = asyncio.ensure_future(work)
    longest, last = 0.0, time.perf_counter()
    while not working.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    await working
    return longest


def changed(random: Random, number: int) -> DocumentChange:
    """Return a document with a list that no other has."""
    allowed, denied = random_list(random, USERS, GROUPS)
    own = AccessList(frozenset({*(allowed or ()), f"user:owner of {number}"}), denied)
    name = f"d{number}"
    only = passage(name, document_id=name, access=own)
    return DocumentChange(TENANT, name, 1, (only,))


def looking_on_the_loop(index: VectorIndex) -> Ask:
    """Return what finds out on the event loop what somebody may read, from the lists alone."""

    async def ask(reader: Reader) -> str:
        lists = await index.access_lists(TENANT)
        return readable_by(reader.principals, by_key(lists.values())).name("secret")

    return ask


async def pauses(lists: int, readers: int) -> Mapping[str, Sequence[float]]:
    """Return the longest pause of the event loop for each change and each way to ask."""
    random = Random(1)
    asking = [
        Reader(TENANT, frozenset(_principals(random)), reads_all=False) for _ in range(readers)
    ]
    with TemporaryDirectory() as folder:
        async with faiss_index(Path(folder), dimension=DIMENSION) as index:
            await index.apply([changed(random, each) for each in range(lists)], revision=1)
            permissions = Permissions(index.access_lists, lambda: "secret")
            ways: dict[str, Ask] = {"aside": permissions.of, "loop": looking_on_the_loop(index)}
            found: dict[str, list[float]] = {name: [] for name in ways}
            for number in range(ROUNDS + 1):
                await index.apply([changed(random, number)], revision=number + 2)
                for name, ask in ways.items():
                    pause = await longest_pause(_all(ask, asking))
                    if number:  # what is there before anybody asks is found out once
                        found[name].append(pause)
    return found


async def _all(ask: Ask, readers: Sequence[Reader]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for reader in readers:
            tasks.create_task(_told(ask, reader))


async def _told(ask: Ask, reader: Reader) -> None:
    await ask(reader)


def _principals(random: Random) -> list[str]:
    return [f"user:{random.choice(USERS)}", *(f"group:{each}" for each in random.sample(GROUPS, 5))]


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(pauses(asked.lists, asked.readers))
    aside, on_loop = (median(found[name]) for name in ("aside", "loop"))
    publish(
        asked.output,
        benchmark="benchmarks.micro.bench_many_lists",
        settings={"lists": asked.lists, "readers": asked.readers, "rounds": ROUNDS},
        results={name: [round(each * 1000, 2) for each in times] for name, times in found.items()},
        claims=[
            Claim(
                "longest pause of the event loop when one of 10000 access lists changes and 20"
                " readers ask, over that of looking at all lists there",
                round(aside / on_loop, 3),
                "<= 0.1",
                baseline="the same readers after the same changes, all lists looked at on the loop",
            ),
            Claim("the same pause, ms", round(aside * 1000, 1)),
        ],
    )


if __name__ == "__main__":
    main()
