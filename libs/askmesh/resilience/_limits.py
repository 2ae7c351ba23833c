"""How much may be done at once: so many, or as many as do not slow each other down."""

from dataclasses import dataclass
from math import sqrt
from statistics import quantiles
from typing import Protocol

WINDOW = 20
"""After so many measured times a limit is set anew."""
TOLERANCE = 1.5
"""Work may take so much longer than usual before less of it is done at once."""
LEAST_GRADIENT = 0.5
SHORT_SHARE = 0.05
"""From this share of work on that went without something, less is done at once."""
BACKOFF = 0.9
USUAL_FALLS = 0.1
USUAL_RISES = 0.3


@dataclass(frozen=True, slots=True)
class MeasuredWork:
    """What became of one piece of work: how long it took beside how many others.

    One that `went_short` had to do without something for want of room.
    """

    seconds: float
    in_use: int
    went_short: bool = False


class Limit(Protocol):
    """How much may be done at once."""

    @property
    def places(self) -> int:
        """The number, at least 1."""
        ...

    @property
    def usual_seconds(self) -> float:
        """How long work takes where nothing slows it down; 0.0 if nobody knows."""
        ...

    def learn(self, measured: MeasuredWork) -> None:
        """Take what became of one piece of work."""
        ...


@dataclass(frozen=True, slots=True)
class FixedLimit:
    """Always so many: where as many threads or places of something else do the work."""

    places: int
    usual_seconds: float = 0.0

    def learn(self, measured: MeasuredWork) -> None:
        """Learn nothing."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known after a window: the limit, and how long work usually takes.

    A limit that has never been too high is `growing` fast.
    """

    places: float
    usual_seconds: float | None = None
    growing: bool = True


class AdaptiveLimit:
    """Learns from how long work takes: between `least` and `most`.

    It begins in the middle of them, by ratio: with the least it would refuse those who come first.
    A limit by gradient: the ratio of the usual time, which is what the upper quartile of a window
    was where little was done at once, to the upper quartile now. A median would fall by much where
    a few more pieces of work than before are quick ones, and nothing is faster for it.
    """

    def __init__(self, least: int, most: int) -> None:
        self._least = min(least, most)
        self._most = most
        self._learnt = Learnt(sqrt(self._least * most))
        self._window: list[MeasuredWork] = []

    @property
    def places(self) -> int:
        """The number."""
        return int(self._learnt.places)

    @property
    def usual_seconds(self) -> float:
        """How long work takes where nothing slows it down; 0.0 if nobody knows."""
        return self._learnt.usual_seconds or 0.0

    def learn(self, measured: MeasuredWork) -> None:
        """Take what became of one piece of work."""
        self._window.append(measured)
        if len(self._window) >= WINDOW:
            window, self._window = self._window, []
            self._learnt = learnt(self._learnt, window, self._least, self._most)


def learnt(known: Learnt, window: list[MeasuredWork], least: int, most: int) -> Learnt:
    """Return what is known after one more window."""
    quickest, _, seconds = quantiles([each.seconds for each in window], n=4)
    busiest = max(each.in_use for each in window)
    is_light = busiest <= least
    usual = known.usual_seconds
    if usual is None:  # of much at once, the first pieces were not yet slowed down by the rest
        usual = seconds if is_light else sqrt(quickest * seconds)
    usual = _usual(usual, seconds, is_light=is_light)
    gradient = 1.0
    if seconds > 0:
        gradient = max(LEAST_GRADIENT, min(1.0, TOLERANCE * usual / seconds))
    is_short = sum(each.went_short for each in window) > SHORT_SHARE * len(window)
    growing = known.growing and gradient == 1.0 and not is_short
    growth = known.places / 2 if growing else sqrt(known.places) / 2
    places = known.places * gradient + growth
    if is_short:
        places = min(places, known.places * BACKOFF)
    elif busiest < known.places / 2:  # nobody knows what more would do
        places = min(places, known.places)
    return Learnt(max(float(least), min(places, float(most))), usual, growing)


def _usual(known: float, seconds: float, *, is_light: bool) -> float:
    """Return how long work usually takes.

    Under load it only falls: else a limit that is too high would soon seem right. Where no more is
    done than the least, what is measured is usual, whatever was before.
    """
    if seconds < known:
        return known + (seconds - known) * USUAL_FALLS
    return known + (seconds - known) * USUAL_RISES if is_light else known
