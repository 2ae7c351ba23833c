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


async def test_how_long_a_text_takes_is_measured_the_last_ones_most() -> None:
    clock = Clock()
    slots = Slots(2, clock)
    for seconds in (10, 5):
        await slots.take(1)
        async with slots.held():
            clock.now += seconds
    assert slots.load.seconds == pytest.approx(9)


@pytest.mark.parametrize(("count", "seconds"), [(0, 0), (3, 0), (4, 2), (6, 6)])
def test_one_more_waits_where_all_slots_are_held(count: int, seconds: float) -> None:
    assert SlotLoad(count, 4, 8).wait_seconds == seconds
