"""When questions come: timetables that do not know how long answers take."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from math import sqrt
from random import Random

SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Phase:
    """So many seconds in which questions come at a rate that goes evenly from one to another.

    Rates are questions a minute. With one rate it stays the same.
    """

    seconds: float
    per_minute: float
    then_per_minute: float | None = None

    @property
    def count(self) -> float:
        """How many questions come in the phase, in the mean."""
        return self.count_until(self.seconds)

    def count_until(self, seconds: float) -> float:
        """Return how many questions come in its first seconds, in the mean."""
        return (self._begin + self._growth * seconds / 2) * seconds

    def time_of(self, count: float) -> float:
        """Return after how many seconds so many questions have come."""
        root = sqrt(self._begin**2 + 2 * self._growth * count)
        # The form of the solution that divides by no growth.
        return 2 * count / (self._begin + root) if count else 0.0

    @property
    def _begin(self) -> float:
        return self.per_minute / SECONDS_PER_MINUTE

    @property
    def _growth(self) -> float:
        then = self.per_minute if self.then_per_minute is None else self.then_per_minute
        return (then - self.per_minute) / SECONDS_PER_MINUTE / self.seconds


def arrivals(phases: Iterable[Phase], chance: Random | None = None) -> list[float]:
    """Return the seconds after the start at which questions come in these phases, in order.

    They come evenly, or independently of each other (Poisson) if there is `chance`.
    """
    gaps = _gaps(chance)
    times: list[float] = []
    began, due = 0.0, next(gaps)
    for phase in phases:
        while due < phase.count:
            times.append(began + phase.time_of(due))
            due += next(gaps)
        began, due = began + phase.seconds, due - phase.count
    return times


def replayed(
    times: Sequence[float], *, seconds: float, per_minute: float | None = None, skip: float = 0.0
) -> list[float]:
    """Return so many seconds of a recording from `skip` on, in order, counted from their start.

    With `per_minute` the recording runs faster or slower, so that its mean rate is this one;
    `skip` and `seconds` are of the time after that. Raise `ValueError` if it has no rate.
    """
    first, last = min(times, default=0.0), max(times, default=0.0)
    if first == last:
        raise ValueError("a recording has two moments at least")
    recorded = (len(times) - 1) / (last - first) * SECONDS_PER_MINUTE
    pace = per_minute / recorded if per_minute else 1.0
    moved = ((time - first) / pace - skip for time in times)
    return sorted(time for time in moved if 0 <= time < seconds)


def _gaps(chance: Random | None) -> Iterator[float]:
    """Yield how many questions lie between one and the next, which is 1 in the mean."""
    if chance is None:
        # The first comes in the middle of its share, so that phases meet without a gap.
        yield 0.5
        yield from repeat(1.0)
    else:
        while True:
            yield chance.expovariate(1.0)
