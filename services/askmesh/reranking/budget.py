"""How much time one ranking may take."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from askmesh.errors import DeadlineError

ROUNDS = 2
"""Rankings take their time while those that wait will run next; else all take less."""


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Bounds of a ranking's time, in seconds.

    A ranking may take `most` while others wait for its place, less where more of them wait than
    there are places, and `most_unhurried` while nobody does. One that has less than `least` is not
    begun. `reserve` of the caller's time is left to the stages that follow. Passages get
    `passage_share` of the time where sentences are wanted too.
    """

    least: float
    most: float
    most_unhurried: float
    reserve: float
    passage_share: float


class Crowd(Protocol):
    """How many rankings there are places for, and how many wait for one."""

    @property
    def places(self) -> int:
        """How many run at once."""
        ...

    @property
    def waiting(self) -> int:
        """How many wait."""
        ...


class Stopwatch:
    """Time that is running out."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Return the seconds that are left, at least 0.0."""
        return max(0.0, self._end - self._clock())


def budget_seconds(limits: BudgetLimits, remaining: float | None, crowd: Crowd) -> float:
    """Return the time for one ranking when the caller waits for `remaining` seconds, or forever.

    Raise `DeadlineError` if that is too short for any.
    """
    seconds = limits.most_unhurried
    if crowd.waiting:
        rounds = 1 + crowd.waiting / crowd.places
        seconds = max(limits.least, limits.most * min(1.0, ROUNDS / rounds))
    if remaining is None:
        return seconds
    if remaining - limits.reserve < limits.least:
        raise DeadlineError("RERANKING_OUT_OF_TIME", "There was no time to rerank")
    return min(seconds, remaining - limits.reserve)
