"""A memory of failure."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from askmesh.errors import DeadlineError, InvalidRequestError, UnavailableError
from askmesh.resilience import Breaker

DOWN = UnavailableError("DOWN", "it is down")


@dataclass
class Scene:
    """A breaker and its clock; `told` is what was said about the dependency."""

    now: float = 0.0
    told: list[tuple[str, bool]] = field(default_factory=list[tuple[str, bool]])

    def breaker(self) -> Breaker:
        return Breaker(
            "search",
            retry_seconds=1.0,
            clock=lambda: self.now,
            on_change=lambda name, works: self.told.append((name, works)),
        )


def end(breaker: Breaker, how: BaseException | None = None) -> None:
    """Make an attempt that ends like this."""
    with suppress(BaseException), breaker.attempt():
        if how is not None:
            raise how


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
    assert breaker.closed


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
    assert breaker.closed


def test_changes_are_told_and_nothing_else() -> None:
    scene = Scene()
    breaker = scene.breaker()
    end(breaker)
    end(breaker, DOWN)
    assert refused(breaker)
    scene.now = 1.0
    end(breaker)
    end(breaker)
    assert scene.told == [("search", False), ("search", True)]
