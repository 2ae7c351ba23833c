"""Calls that wait for one of a few threads."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import pytest

from askmesh.resilience import (
    FixedLimit,
    Party,
    Room,
    RoomRules,
    Threads,
    current_turn,
    threads,
)

SECONDS = 60.0


@dataclass
class OneThread:
    """A thread that is held until it may go on; `done` is what it did then."""

    workers: Threads
    may_go_on: Event = field(default_factory=Event)
    done: list[str] = field(default_factory=list[str])

    async def do(self, names: str, turn: int) -> list[None]:
        return await self.workers.call_all([partial(self.done.append, n) for n in names], turn=turn)


@asynccontextmanager
async def held_thread() -> AsyncGenerator[OneThread]:
    async with threads("held", 1) as workers, asyncio.TaskGroup() as tasks:
        thread = OneThread(workers)
        tasks.create_task(workers.call(thread.may_go_on.wait))
        await asyncio.sleep(0)
        try:
            yield thread
        finally:
            thread.may_go_on.set()


async def test_calls_of_who_had_a_place_first_are_done_first() -> None:
    async with held_thread() as thread, asyncio.TaskGroup() as tasks:
        for names, turn in (("ab", 1), ("cd", 2), ("ef", 1)):
            tasks.create_task(thread.do(names, turn))
            await asyncio.sleep(0)
        thread.may_go_on.set()
    assert "".join(thread.done) == "abefcd"


async def test_a_call_that_was_given_up_is_not_made_and_takes_nobodys_turn() -> None:
    async with held_thread() as thread, asyncio.TaskGroup() as tasks:
        left = tasks.create_task(thread.do("ab", 1))
        tasks.create_task(thread.do("cd", 2))
        await asyncio.sleep(0)
        left.cancel()
        await asyncio.wait([left])
        thread.may_go_on.set()
    assert "".join(thread.done) == "cd"


async def test_a_call_that_fails_raises_what_it_raised() -> None:
    async with threads("failing", 1) as workers:
        with pytest.raises(ZeroDivisionError):
            await workers.call_all([lambda: 1 // 0, lambda: 1])


async def test_what_waits_for_a_thread_at_the_end_is_given_up() -> None:
    begun, may_go_on = Event(), Event()

    def run() -> bool:
        begun.set()
        return may_go_on.wait(SECONDS)

    async with threads("ending", 1) as workers:
        runs, waits = (asyncio.ensure_future(workers.call(run)) for _ in range(2))
        await asyncio.to_thread(begun.wait, SECONDS)
        waits.add_done_callback(lambda _: may_go_on.set())
    assert await runs
    with pytest.raises(asyncio.CancelledError):
        await waits


async def test_who_has_a_place_later_has_a_later_turn() -> None:
    room = Room(FixedLimit(2), RoomRules("room", "FULL", wait_seconds=0.0))
    anybody = Party("blue")
    turns = [current_turn()]
    async with room.entered(anybody):
        turns.append(current_turn())
        async with room.entered(anybody):
            turns.append(current_turn())
    assert turns == [0, 1, 2]
