"""What is learnt from how long work takes beside other work."""

from dataclasses import dataclass, replace
from math import ceil, sqrt
from statistics import quantiles

WINDOW = 20
"""After so many measured times a limit is set anew."""
TOLERANCE = 1.25
"""Work may take so much longer than usual before less of it is done at once."""
LEAST_GRADIENT = 0.5
SHORT_SHARE = 0.05
"""From this share of work on that went without something, less is done at once."""
BACKOFF = 0.9
PROBE = 0.05
"""How much of a place more is tried after each window where one more was too many before."""
USUAL_FALLS = 0.1
USUAL_FALLS_UNDER_LOAD = 0.02
USUAL_RISES = 0.3


@dataclass(frozen=True, slots=True)
class MeasuredWork:
    """What became of one piece of work: how long it took beside how many others.

    One that `went_short` had to do without something for want of room.
    """

    seconds: float
    in_use: int
    went_short: bool = False


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is known after a window: the limit, and how long work usually takes.

    A limit that has never been too high is `growing` fast. With `too_many` at once, work went
    without something; with `enough` all of a window had what it needed. Of the window, four of
    five took at most `seconds`.
    """

    places: float
    usual_seconds: float | None = None
    growing: bool = True
    too_many: int | None = None
    enough: int = 0
    seconds: float | None = None


def is_over(window: list[MeasuredWork]) -> bool:
    """Return whether a window says enough: it is full, or too much of it went short."""
    return len(window) >= WINDOW or _shorts(window) > SHORT_SHARE * WINDOW


def learnt(known: Learnt, window: list[MeasuredWork], least: int, most: int) -> Learnt:
    """Return what is known after one more window."""
    quickest, *_, seconds = quantiles([each.seconds for each in window], n=5)
    last = seconds if known.seconds is None else known.seconds
    is_light = max(each.in_use for each in window) <= least
    usual = known.usual_seconds
    if usual is None:  # of much at once, the first pieces were not yet slowed down by the rest
        usual = seconds if is_light else sqrt(quickest * seconds)
    usual = _usual(usual, min(seconds, last), max(seconds, last), is_light=is_light)
    timed = replace(known, usual_seconds=usual, seconds=seconds)
    if _shorts(window) > SHORT_SHARE * WINDOW:
        changed = _lowered(timed)
    else:
        changed = _moved(timed, window, _gradient(usual, min(seconds, last)))
    return replace(changed, places=max(float(least), min(changed.places, float(most))))


def _lowered(known: Learnt) -> Learnt:
    """Return what is known where work went short: fewer have room for all of it.

    Half as many, where it is not known that more are enough.
    """
    most = min(known.places * BACKOFF, int(known.places) - 1.0)
    places = min(most, max(known.places / 2, known.enough))
    return replace(
        known,
        places=places,
        growing=False,
        too_many=int(known.places),
        enough=min(known.enough, int(places)),
    )


def _moved(known: Learnt, window: list[MeasuredWork], gradient: float) -> Learnt:
    """Return what is known where nothing went short: by how slow work is, and by its use."""
    growing, too_many = known.growing and gradient == 1.0, known.too_many
    enough = max(known.enough, _often_in_use(window)) if gradient == 1.0 else known.enough
    places = known.places * gradient
    if _is_used(window, int(known.places)):
        if too_many is not None and int(known.places) >= too_many:
            too_many = None  # it is enough by now
        places += _growth(known.places, too_many, growing=growing)
    return replace(known, places=places, growing=growing, too_many=too_many, enough=enough)


def _shorts(window: list[MeasuredWork]) -> int:
    return sum(each.went_short for each in window)


def _is_used(window: list[MeasuredWork], places: int) -> bool:
    """Return whether the slowest fifth tells how work is done where all places are taken."""
    return _often_in_use(window) >= places


def _often_in_use(window: list[MeasuredWork]) -> int:
    """Return beside how many others a quarter of the work was done, counting itself."""
    return sorted(each.in_use for each in window)[-max(1, ceil(len(window) / 4))]


def _growth(places: float, too_many: int | None, *, growing: bool) -> float:
    """Return how many places more are tried; hardly any where that was too many before."""
    growth = places / 2 if growing else sqrt(places) / 2
    if too_many is None:
        return growth
    return max(PROBE, min(growth, too_many - 0.5 - places))


def _gradient(usual: float, seconds: float) -> float:
    return max(LEAST_GRADIENT, min(1.0, TOLERANCE * usual / seconds)) if seconds > 0 else 1.0


def _usual(known: float, quicker: float, slower: float, *, is_light: bool) -> float:
    """Return how long work usually takes, of what it took in two windows.

    Under load it only falls, to what both are below: else a limit that is too high would soon seem
    right, and a window with many quick pieces would count for all. Where no more is done than the
    least, what is measured is usual, whatever was before.
    """
    if slower < known:
        return known + (slower - known) * (USUAL_FALLS if is_light else USUAL_FALLS_UNDER_LOAD)
    return known + max(0.0, quicker - known) * USUAL_RISES if is_light else known
