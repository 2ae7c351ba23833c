"""How much time one ranking may take."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Bounds of a ranking's time, in seconds.

    A ranking may take `most` while others wait for its place, and `most_unhurried` while nobody
    does. `reserve` of the caller's time is left to the stages that follow. Passages get
    `passage_share` of the time where sentences are wanted too.
    """

    most: float
    most_unhurried: float
    reserve: float
    passage_share: float


class Stopwatch:
    """Time that is running out."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Return the seconds that are left, at least 0.0."""
        return max(0.0, self._end - self._clock())


def budget_seconds(limits: BudgetLimits, remaining: float | None, *, others_wait: bool) -> float:
    """Return the time for one ranking when the caller waits for `remaining` seconds, or forever."""
    most = limits.most if others_wait else limits.most_unhurried
    return most if remaining is None else max(0.0, min(most, remaining - limits.reserve))
