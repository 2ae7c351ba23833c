"""How much may be done at once: so many, or as many as do not slow each other down."""

from dataclasses import dataclass
from typing import Protocol

from askmesh.resilience._learning import Learnt, MeasuredWork, is_over, learnt

BEGINNING = 0.25
"""How far from its least to its most a learnt limit begins."""


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


class AdaptiveLimit:
    """Learns from how long work takes: between `least` and `most`.

    It begins a quarter of the way from the least, by ratio: with the least it would refuse many of
    those who come first, and with more they would slow each other down before anything is learnt.
    A limit by gradient: the ratio of the usual time, within which four of five pieces of a window
    were done where little was done at once, to this time now. A median would fall by much where
    a few more pieces of work than before are quick ones, and nothing is faster for it. What counts
    is seen in two windows, but for work that went short, which counts at once.
    """

    def __init__(self, least: int, most: int) -> None:
        self._least = min(least, most)
        self._most = most
        self._learnt = Learnt(self._least * (most / self._least) ** BEGINNING)
        self._window: list[MeasuredWork] = []
        self._begun_before = 0

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
        if self._begun_before:  # it shows what the limit was before it fell
            self._begun_before -= 1
            return
        self._window.append(measured)
        if is_over(self._window):
            window, self._window = self._window, []
            before = self.places
            self._learnt = learnt(self._learnt, window, self._least, self._most)
            if self.places < before:
                self._begun_before = measured.in_use - 1
