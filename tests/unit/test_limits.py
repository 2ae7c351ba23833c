"""How much may be done at once, learnt from how long it takes."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from random import Random

import pytest

from askmesh.resilience import AdaptiveLimit, FixedLimit, MeasuredWork

LEAST, MOST = 4, 32
QUICK = 0.1


def teach(limit: AdaptiveLimit, times: int, seconds: float, in_use: int | None = None) -> None:
    for _ in range(times):
        limit.learn(MeasuredWork(seconds, limit.places if in_use is None else in_use))


def worked(limit: AdaptiveLimit, seconds_of: Callable[[int], float], pieces: int) -> list[int]:
    """Do work for which others always wait, in simulated time; return the limits on the way.

    A piece takes as long as `seconds_of` says of how many are done at once when it begins.
    """
    inside: list[tuple[float, int, float]] = []
    now, limits = 0.0, list[int]()
    for number in count():
        while len(inside) < limit.places:
            seconds = seconds_of(len(inside) + 1)
            heappush(inside, (now + seconds, number + len(inside), seconds))
        now, _, seconds = heappop(inside)
        limit.learn(MeasuredWork(seconds, len(inside) + 1))
        limits.append(limit.places)
        if number == pieces:
            break
    return limits


def queueing(servers: int) -> Callable[[int], float]:
    """Return how long work takes that so many can do side by side."""
    return lambda in_use: QUICK * max(1.0, in_use / servers)


def test_a_limit_begins_between_and_reaches_the_most_while_nothing_gets_slower() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    assert limit.places == 6
    teach(limit, 200, QUICK)
    assert limit.places == MOST


@pytest.mark.parametrize("servers", [6, 8, 12, 16])
def test_under_load_without_end_the_limit_stays_near_what_can_be_done_at_once(servers: int) -> None:
    limits = worked(AdaptiveLimit(LEAST, MOST), queueing(servers), 4_000)
    settled = limits[1_000:]
    assert min(settled) >= servers
    assert max(settled) <= 2.4 * servers


def test_a_limit_that_was_too_high_falls_within_a_few_windows() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 200, QUICK)
    limits = worked(limit, queueing(4), 200)
    assert limits[-1] <= 12


def test_work_that_has_become_slower_for_good_is_usual_after_a_while() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 200, QUICK)
    worked(limit, lambda _: 10 * QUICK, 4_000)
    assert limit.usual_seconds == pytest.approx(10 * QUICK, rel=0.4)
    assert limit.places == MOST


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_where_some_work_is_quick_the_limit_stays_high_for_the_rest(seed: int) -> None:
    chance = Random(seed)
    limit = AdaptiveLimit(LEAST, MOST)
    limits = list[int]()
    for _ in range(8_000):
        seconds = QUICK / 25 if chance.random() < 0.4 else QUICK
        limit.learn(MeasuredWork(seconds, min(16, limit.places)))
        limits.append(limit.places)
    assert min(limits[4_000:]) >= 16


def test_the_limit_does_not_grow_while_nobody_needs_it() -> None:
    limit = AdaptiveLimit(8, MOST)
    began = limit.places
    teach(limit, 400, QUICK, in_use=2)
    assert limit.places == began


def test_two_pieces_that_went_without_something_for_want_of_room_lower_the_limit_at_once() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 240, QUICK)
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, MOST, went_short=True))
    assert limit.places == int(MOST * 0.9)


def test_what_was_begun_before_the_limit_fell_does_not_lower_it_again() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 240, QUICK)
    for _ in range(2 + MOST - 1):
        limit.learn(MeasuredWork(QUICK, MOST, went_short=True))
    assert limit.places == int(MOST * 0.9)
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, limit.places, went_short=True))
    assert limit.places == int(MOST * 0.9**2)


def test_one_place_less_is_the_least_by_which_a_limit_falls_where_work_goes_short() -> None:
    limit = AdaptiveLimit(LEAST, 6)
    teach(limit, 60, QUICK)
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, limit.places, went_short=True))
    assert limit.places == 5


def test_where_more_was_never_seen_to_be_enough_the_limit_falls_by_half() -> None:
    limit = AdaptiveLimit(8, 256)
    began = limit.places
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, began, went_short=True))
    assert limit.places == began // 2


def test_the_limit_falls_no_lower_than_to_what_was_enough() -> None:
    limit = AdaptiveLimit(2, 512)
    began = limit.places
    teach(limit, 20, QUICK, in_use=began - 2)
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, began, went_short=True))
    assert limit.places == began - 2


def test_what_was_too_much_is_seldom_tried_again() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 240, QUICK)
    for _ in range(2):
        limit.learn(MeasuredWork(QUICK, MOST, went_short=True))
    tried = [limit.places]
    for _ in range(20 * 20):
        limit.learn(MeasuredWork(QUICK, limit.places))
        tried.append(limit.places)
    assert max(tried[: 12 * 20]) == MOST - 1
    assert tried[-1] == MOST


def test_one_piece_of_twenty_that_went_without_something_changes_nothing() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    teach(limit, 200, QUICK)
    for number in range(60):
        limit.learn(MeasuredWork(QUICK, MOST, went_short=number % 20 == 0))
    assert limit.places == MOST


def test_the_limit_never_leaves_its_bounds() -> None:
    limit = AdaptiveLimit(LEAST, MOST)
    for number in range(4_000):
        seconds = QUICK * (1 + (number * 7919) % 50)
        limit.learn(MeasuredWork(seconds, limit.places, went_short=number % 3 == 0))
        assert LEAST <= limit.places <= MOST


def test_where_less_than_the_least_is_allowed_that_is_the_limit() -> None:
    assert AdaptiveLimit(LEAST, 2).places == 2


def test_a_fixed_limit_learns_nothing() -> None:
    limit = FixedLimit(2)
    limit.learn(MeasuredWork(100.0, 2, went_short=True))
    assert (limit.places, limit.usual_seconds) == (2, 0.0)
