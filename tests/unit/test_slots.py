"""Slots of a language model: how many texts run or wait, and how long one more would wait."""

import asyncio
from dataclasses import dataclass

import pytest

from askmesh.summarization.slots import SlotLoad, Slots


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def test_the_load_counts_what_runs_and_what_waits() -> None:
    slots = Slots(1)
    await slots.take(1)
    async with slots.held():
        waiting = asyncio.create_task(slots.take(60))
        await asyncio.sleep(0)
        assert (slots.active_count, slots.has_room) == (1, False)
        assert slots.load == SlotLoad(2, 1)
    await waiting
    async with slots.held():
        assert slots.load.count == 1
    assert slots.load.count == 0


async def test_who_waits_in_vain_is_counted_no_longer() -> None:
    slots = Slots(1)
    await slots.take(1)
    async with slots.held():
        with pytest.raises(TimeoutError):
            await slots.take(0)
        assert slots.load.count == 1


async def held_for(slots: Slots, clock: Clock, *all_seconds: float) -> None:
    for seconds in all_seconds:
        await slots.take(1)
        async with slots.held():
            clock.now += seconds


async def test_how_long_a_text_takes_is_what_the_middle_of_the_last_ones_took() -> None:
    clock = Clock()
    slots = Slots(2, clock)
    await held_for(slots, clock, 90, 90, *[4, 5, 6] * 3)
    assert slots.load.seconds == 5


async def test_texts_that_a_server_has_stalled_do_not_count_as_what_texts_take() -> None:
    clock = Clock()
    slots = Slots(4, clock)
    await held_for(slots, clock, *[2] * 9, *[12] * 4)
    assert slots.load.seconds == 2


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (3, 0), (4, 2), (6, 6)])
def test_one_more_waits_where_all_slots_are_held(count: int, seconds: float) -> None:
    assert SlotLoad(count, 4, 8).wait_seconds == seconds
