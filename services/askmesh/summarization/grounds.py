"""Pieces of sources, taken apart, and the few of them that a sentence rests on."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from askmesh.summarization.statements import Statement, statement

MAX_UNITS = 4
"""More pieces than these are not put together into the support of one sentence."""
_NEAR = 3
_CELLS_APART = " | "


class Ground(Protocol):
    """What the check needs to know of a piece of a source that may support a sentence."""

    @property
    def source_number(self) -> int:
        """Which source it stands in."""
        ...

    @property
    def text(self) -> str:
        """What it says: the text that is checked, and the one to cite."""
        ...

    @property
    def breadcrumb(self) -> str:
        """Where it stands: title, headings, the line that leads in. Its words count as known."""
        ...


GroundT = TypeVar("GroundT", bound=Ground)


class Entry(Generic[GroundT]):
    """A piece, taken apart."""

    def __init__(self, unit: GroundT) -> None:
        self.unit = unit
        self.source = unit.source_number
        # A row speaks of what stands in it alone, as another source does.
        self.place = (unit.source_number, unit.text if _CELLS_APART in unit.text else "")
        self.stated = statement(unit.text)
        above = statement(unit.breadcrumb)
        self.known = self.stated.words | above.words
        self.numbers = frozenset((*self.stated.numbers, *above.numbers))

    @cached_property
    def pairs(self) -> frozenset[frozenset[str]]:
        """Stems that stand near each other."""
        stems = self.stated.stems
        return frozenset(
            frozenset((stem, other))
            for at, stem in enumerate(stems)
            for other in stems[at + 1 : at + 1 + _NEAR]
        )


def chosen_for(claim: Statement, entries: Sequence[Entry[GroundT]]) -> list[Entry[GroundT]]:
    """Return the piece with most of the claim's words, then those that add to it."""
    chosen: list[Entry[GroundT]] = []
    left, needed = claim.words, {*claim.numbers, *claim.names}
    while entries and len(chosen) < MAX_UNITS:
        best = max(entries, key=lambda entry: _gain(left & entry.known, needed))
        new = left & best.known
        if not new or (chosen and len(new) == 1 and not new & needed):
            break
        chosen.append(best)
        left -= new
    return chosen


def words_of(entries: Iterable[Entry[GroundT]]) -> frozenset[str]:
    """Return the stems of all of them, with what stands above them."""
    return frozenset[str]().union(*(entry.known for entry in entries))


def numbers_of(entries: Iterable[Entry[GroundT]]) -> frozenset[str]:
    """Return the numbers of all of them, with those that stand above them."""
    return frozenset[str]().union(*(entry.numbers for entry in entries))


def by_place(entries: Sequence[Entry[GroundT]]) -> list[list[Entry[GroundT]]]:
    """Return them source by source, and row by row."""
    places = dict.fromkeys(entry.place for entry in entries)
    return [[entry for entry in entries if entry.place == place] for place in places]


def _gain(new: frozenset[str], needed: set[str]) -> tuple[int, int]:
    return len(new), len(new & needed)
