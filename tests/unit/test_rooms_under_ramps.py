"""What a room lets in while questions come ever faster than a small machine can answer, and after.

Time is virtual. Each figure is of several runs, which differ by when questions come.
"""

import asyncio
from collections.abc import Sequence
from itertools import chain

import pytest

from askmesh.gateway.places import room_rules
from support.ranked_room import CAPACITY, Outcome, RankedRoom, slowest
from support.virtual_time import VirtualTimeLoop

SEEDS = range(8)
STEP = 15.0
FACTORS = (1.0, 2.0, 5.0, 10.0, 5.0, 2.0, 1.0)


async def ramp(seed: int) -> list[list[Outcome]]:
    """Return how questions ended that came before, in each step, and after."""
    ranked = RankedRoom(room_rules(wait_seconds=2.0), seed)
    steps = list[list[Outcome]]()
    for factor in (0.5, *FACTORS, 0.5):
        await ranked.ask(factor * CAPACITY, STEP)
        steps.append(ranked.outcomes)
        ranked.outcomes = []
    return steps


@pytest.fixture(scope="module")
def steps() -> list[list[Outcome]]:
    """How questions of all runs ended, step by step."""
    runs = list[list[list[Outcome]]]()
    for seed in SEEDS:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runs.append(runner.run(ramp(seed)))
    return [list(chain(*same)) for same in zip(*runs, strict=True)]


def admitted(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [each for each in outcomes if each.end != "refused"]


def whole(outcomes: Sequence[Outcome]) -> int:
    return sum(each.end == "whole" for each in outcomes)


def test_of_twice_to_ten_times_as_much_as_much_is_answered_as_can_be(
    steps: list[list[Outcome]],
) -> None:
    can_be = CAPACITY * STEP * len(SEEDS)
    assert all(whole(each) >= 0.95 * can_be for each in steps[2:7])


def test_hardly_any_that_is_let_in_goes_without_something(steps: list[list[Outcome]]) -> None:
    shorts = [1 - whole(each) / len(admitted(each)) for each in steps]
    assert max(shorts) <= 0.03


def test_what_is_let_in_takes_about_twice_as_long_as_before(steps: list[list[Outcome]]) -> None:
    before = slowest(admitted(steps[0]), 0.01)
    assert all(slowest(admitted(each), 0.01) <= 2.2 * before for each in steps[1:])


def test_who_is_refused_is_refused_at_once(steps: list[list[Outcome]]) -> None:
    refused = [each for step in steps for each in step if each.end == "refused"]
    assert slowest(refused, 0.01) == 0.0


def test_after_the_ramp_hardly_any_is_refused(steps: list[list[Outcome]]) -> None:
    assert whole(steps[-1]) >= 0.95 * len(steps[-1])
