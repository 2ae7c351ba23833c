"""Pieces of sources, taken apart, and the few of them that a sentence rests on."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Generic, Protocol, TypeVar

from askmesh.summarization.statements import Statement, content_stems, statement
from askmesh.summarization.word_forms import said_by_money, said_by_units, taken_apart, verb_forms
from askmesh.text import Setting, setting_in, settings_of, stems

MAX_UNITS = 4
"""More pieces than these are not put together into the support of one sentence."""
_NEAR = 3
_CELLS_APART, _BELOW = " | ", " > "
_SEVERAL = re.compile(r",|&|\band\b", re.IGNORECASE)


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

    @property
    def is_setting(self) -> bool:
        """Whether it is one setting of a configuration file."""
        ...


GroundT = TypeVar("GroundT", bound=Ground)


class Entry(Generic[GroundT]):
    """A piece, taken apart."""

    def __init__(self, unit: GroundT, setting: Setting | None = None) -> None:
        self.unit = unit
        self.source = unit.source_number
        text = setting.text if setting else unit.text
        # A row speaks of what stands in it alone, as another source does; so does a setting.
        self.is_one_thing = setting is not None or _CELLS_APART in text
        self.place = (unit.source_number, text if self.is_one_thing else "")
        self.stated = statement(text)
        self._above = statement(" > ".join((*_of_it(unit.breadcrumb), *_above(setting))))
        self.numbers = frozenset((*self.stated.numbers, *self._above.numbers))

    @cached_property
    def known(self) -> frozenset[str]:
        """Its stems, with those above it, the words of its fields, and what its units tell."""
        words = self.stated.words | self._above.words
        if "_" in (text := f"{self._above.text} > {self.stated.text}"):
            words |= {*content_stems(taken_apart(text))}
        if self.is_one_thing:
            return words | said_by_units(words) | verb_forms(words)
        return words | said_by_money(words)

    def has_near(self, pair: frozenset[str], *, in_rows: bool) -> bool:
        """Tell whether two stems stand near each other; `in_rows`, all of a row do."""
        return (in_rows and self.is_one_thing and pair <= self.known) or pair in self._pairs

    @cached_property
    def _pairs(self) -> frozenset[frozenset[str]]:
        return frozenset(
            frozenset((stem, other))
            for stems in (self.stated.stems, self._above.names)
            for at, stem in enumerate(stems)
            for other in stems[at + 1 : at + 1 + _NEAR]
        )


def entries_of(unit: GroundT) -> list[Entry[GroundT]]:
    """Return a piece, taken apart: a configuration file line by line."""
    found = [setting_in(unit.text)] if unit.is_setting else settings_of(unit.text)
    return [Entry(unit, setting) for setting in found] or [Entry(unit)]


def _above(setting: Setting | None) -> tuple[str, ...]:
    return (*setting.path, setting.note) if setting else ()


def _of_it(breadcrumb: str) -> list[str]:
    """Return what stands above, without headings for several things of which the next names one.

    What stands below "Keys, bicycles and pets > Pets" says nothing of keys.
    """
    parts = breadcrumb.split(_BELOW)
    return [
        part
        for part, below in zip_longest(parts, parts[1:], fillvalue="")
        if not (_SEVERAL.search(part) and frozenset[str]() < stems(below) < stems(part))
    ]


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
