"""What a limit that is learnt makes of load: how much is done, how fast, and how little is short.

Time is simulated: work comes at random, and what is done at once shares so many servers.
"""

from collections.abc import Callable
from random import Random

import pytest

from askmesh.resilience import AdaptiveLimit
from support.served_room import ServedRoom

LEAST, MOST = 2, 32
SECONDS = 0.2


def alike(chance: Random) -> float:
    return SECONDS * chance.uniform(0.8, 1.2)


def mixed(chance: Random) -> float:
    """Three of five pieces take a twenty-fifth."""
    return SECONDS / 25 if chance.random() < 0.6 else SECONDS


MIXED_MEAN = 0.6 * SECONDS / 25 + 0.4 * SECONDS


@pytest.mark.parametrize(("demand", "mean"), [(alike, SECONDS), (mixed, MIXED_MEAN)])
@pytest.mark.parametrize(("servers", "times"), [(1, 10), (8, 3)])
def test_of_far_more_work_than_can_be_done_as_much_is_done_as_can_be(
    demand: Callable[[Random], float], mean: float, servers: int, times: int
) -> None:
    room = ServedRoom(AdaptiveLimit(LEAST, MOST), demand, servers=servers)
    capacity = servers / mean
    room.serve(40, capacity / 2)
    assert room.serve(40, times * capacity).per_second >= 0.9 * capacity


@pytest.mark.parametrize(("demand", "mean"), [(alike, SECONDS), (mixed, MIXED_MEAN)])
def test_of_ten_times_what_can_be_done_each_piece_takes_little_longer(
    demand: Callable[[Random], float], mean: float
) -> None:
    room = ServedRoom(AdaptiveLimit(LEAST, MOST), demand)
    before = room.serve(120, 0.5 / mean)
    room.serve(20, 10 / mean)  # it learns
    assert room.serve(40, 10 / mean).slowest(0.01) <= 2 * before.slowest(0.01)


def test_after_the_load_all_is_at_once_as_before() -> None:
    room = ServedRoom(AdaptiveLimit(LEAST, MOST), alike)
    before = room.serve(120, 0.5 / SECONDS)
    room.serve(60, 10 / SECONDS)
    assert room.serve(20, 0.5 / SECONDS).slowest(0.01) <= 2 * before.slowest(0.01)


def test_a_limit_does_not_creep_up_where_all_places_are_seldom_taken() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    room = ServedRoom(limit, alike)
    room.serve(60, 10 / SECONDS)
    overloaded = limit.places
    room.serve(600, 0.3 / SECONDS)
    assert limit.places <= overloaded + 1


def test_little_goes_short_where_load_without_end_tries_what_was_too_much() -> None:
    room = ServedRoom(AdaptiveLimit(LEAST, MOST), alike, servers=32, enough=5)
    room.serve(60, 0.5 / SECONDS)
    served = room.serve(60, 30 / SECONDS)
    assert served.short <= 0.05 * len(served.times)
    assert min(served.places) >= 4


def test_quick_work_among_slow_does_not_press_the_limit_down_for_long() -> None:
    room = ServedRoom(AdaptiveLimit(LEAST, MOST), mixed, servers=8)
    capacity = 8 / MIXED_MEAN
    room.serve(40, capacity / 10)
    room.serve(40, 1.5 * capacity)
    assert room.serve(20, 1.5 * capacity).per_second >= 0.85 * capacity
