"""A memory of failure."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from askmesh.errors import DeadlineError, InvalidRequestError, UnavailableError
from askmesh.resilience import Breaker, BreakerPosition

DOWN = UnavailableError("DOWN", "it is down")


@dataclass
class Scene:
    """A breaker and its clock; `told` is what was said about the dependency."""

    now: float = 0.0
    told: list[tuple[str, BreakerPosition]] = field(
        default_factory=list[tuple[str, BreakerPosition]]
    )

    def end_slowly(self, breaker: Breaker) -> None:
        """Make an attempt that succeeds after more time than is slow."""
        with breaker.attempt(slow_seconds=1.0):
            self.now += 2.0

    def breaker(self) -> Breaker:
        return Breaker(
            "search",
            retry_seconds=1.0,
            clock=lambda: self.now,
            on_change=lambda name, state: self.told.append((name, state)),
        )


def end(breaker: Breaker, how: BaseException | None = None) -> None:
    """Make an attempt that ends like this."""
    with suppress(BaseException), breaker.attempt():
        if how is not None:
            raise how


def state_of(breaker: Breaker) -> str:
    return breaker.state


def refused(breaker: Breaker) -> bool:
    """Say whether an attempt, which shows nothing, is refused."""
    used = False
    with suppress(UnavailableError), suppress(asyncio.CancelledError), breaker.attempt():
        used = True
        raise asyncio.CancelledError
    return not used


def test_what_works_is_used() -> None:
    breaker = Scene().breaker()
    end(breaker)
    assert not refused(breaker)


def test_what_just_failed_is_not_used_again() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 0.75
    with pytest.raises(UnavailableError) as caught, breaker.attempt():
        raise AssertionError("used")
    assert caught.value.reason == "SEARCH_UNAVAILABLE"
    assert caught.value.retry_after_seconds > 0


def test_one_attempt_at_a_time_probes_whether_it_works_again() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    with breaker.attempt():
        assert refused(breaker)
    assert not refused(breaker)


def test_a_probe_that_fails_starts_the_wait_anew() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    end(breaker, DOWN)
    scene.now = 1.75
    assert refused(breaker)
    scene.now = 2.0
    assert not refused(breaker)


@pytest.mark.parametrize(
    "how", [asyncio.CancelledError(), DeadlineError("LATE", "late"), ZeroDivisionError()]
)
def test_an_attempt_that_shows_nothing_changes_nothing(how: BaseException) -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, how)
    assert not refused(breaker)
    end(breaker, DOWN)
    scene.now = 1.0
    end(breaker, how)
    with breaker.attempt():
        assert refused(breaker)


def test_a_dependency_that_says_no_works() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    end(breaker, InvalidRequestError("NO", "no"))
    assert state_of(breaker) == "closed"


def test_a_long_attempt_may_say_early_that_it_works() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    with breaker.attempt() as attempt:
        attempt.works()
        assert not refused(breaker)


def test_a_failure_does_not_count_when_others_succeeded_meanwhile() -> None:
    breaker = Scene().breaker()
    with suppress(UnavailableError), breaker.attempt():
        end(breaker)
        raise DOWN
    assert state_of(breaker) == "closed"


def test_changes_are_told_and_nothing_else() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker)
    end(breaker, DOWN)
    assert refused(breaker)
    scene.now = 1.0
    end(breaker)
    end(breaker)
    assert scene.told == [("search", "open"), ("search", "half-open"), ("search", "closed")]


def end_beside_success(breaker: Breaker, how: BaseException | None = None) -> None:
    """Make an attempt that ends like this, while another one succeeds."""
    with suppress(UnavailableError), breaker.attempt():
        end(breaker)
        if how is not None:
            raise how


def test_half_of_many_attempts_that_fail_open_it_although_others_succeed() -> None:
    breaker = Scene().breaker()
    for _ in range(4):
        end_beside_success(breaker, DOWN)
    assert state_of(breaker) == "closed"
    end_beside_success(breaker, DOWN)
    assert state_of(breaker) == "open"


def test_a_few_failures_among_many_successes_open_nothing() -> None:
    breaker = Scene().breaker()
    for turn in range(50):
        end_beside_success(breaker, DOWN if turn % 3 == 0 else None)
    assert state_of(breaker) == "closed"


def test_attempts_that_are_nearly_all_slow_open_it() -> None:
    scene = Scene()
    breaker = scene.breaker()
    for turn in range(9):
        scene.end_slowly(breaker) if turn else end(breaker)
    assert state_of(breaker) == "closed"
    scene.end_slowly(breaker)
    assert state_of(breaker) == "open"


def test_a_slow_probe_starts_the_wait_anew_and_a_quick_one_ends_it() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    scene.end_slowly(breaker)
    assert state_of(breaker) == "open"
    assert refused(breaker)
    scene.now += 1.0
    end(breaker)
    assert state_of(breaker) == "closed"


def test_a_probe_is_under_way_where_it_is_half_open() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker, DOWN)
    scene.now = 1.0
    with breaker.attempt():
        assert state_of(breaker) == "half-open"


def test_a_long_attempt_that_answered_soon_is_not_slow() -> None:
    scene = Scene()
    breaker = scene.breaker()
    for _ in range(20):
        with breaker.attempt(slow_seconds=1.0) as attempt:
            attempt.works()
            scene.now += 60.0
            attempt.works()
    assert state_of(breaker) == "closed"


async def test_who_waits_goes_on_as_soon_as_an_earlier_attempt_has_closed_it() -> None:
    breaker = Breaker("search", retry_seconds=3600)
    with breaker.attempt():
        end(breaker, DOWN)
        waiting = asyncio.create_task(breaker.passable(3600))
        await asyncio.sleep(0)
        assert not waiting.done()
    assert state_of(breaker) == "closed"
    await asyncio.wait_for(waiting, 60)
