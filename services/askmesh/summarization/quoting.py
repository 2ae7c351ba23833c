"""Units of evidence, word for word."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import compress

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.measures import asked_by_verb, measured_by
from askmesh.summarization.pointing import PlaceOfFacts
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.summarization.word_forms import verb_forms
from askmesh.text import (
    Setting,
    Unit,
    UnitKind,
    is_negated,
    numbers,
    settings_of,
    stems,
    stems_and_parts,
)

_FENCE = "```"
_FENCES = "`~"
_STEM_CHARS = 5
_FEWEST_SHARED = 2
_SAYS_OF_WHAT = re.compile(r"(?:unit|basis)\b.*: |[^:]*: (?:per|each|for every)\b", re.IGNORECASE)
"""A cell that says of what the others are: a price is one per hour."""

_TO_CALL = stems("call ring phone telephone contact reach")
_NUMBER_TO_CALL = re.compile(
    r"[^:]*\b(?:(?:tele)?phone|mobile|tel|ext(?:ension)?)\b[^:]*: ", re.IGNORECASE
)


def quoted(item: EvidenceUnit, asked: frozenset[str] = frozenset()) -> Said:
    """Return a unit word for word, with what it needs before it.

    Of a row, that is its first cell and those whose headers share most words with `asked`, or one
    that those do not; or all. Of a configuration file, it is the setting that shares most.
    """
    if item.unit.kind is UnitKind.CODE:
        return setting(item, asked) or code(item)
    if item.unit.kind is UnitKind.ROW:
        return Said(plain(", ".join(_cells_for(item, asked))), (item,), item.own)
    if item.unit.kind in {UnitKind.KEY_VALUE, UnitKind.SETTING}:
        sections = item.unit.headings if item.is_setting else ()
        return Said(plain(" > ".join((*sections, item.own))), (item,), item.own)
    if item.unit.kind is not UnitKind.ITEM:
        return Said(f"\u201c{plain(item.text)}\u201d", (item,), item.text)
    if item.lead:
        return Said(f"\u201c{plain(f'{item.lead} {item.text}')}\u201d", (item,), item.text)
    heading = heading_of(item)
    above = f"{plain(heading)}: " if heading else ""
    return Said(f"{above}\u201c{plain(item.text)}\u201d", (item,), item.text)


def standing_for(place: PlaceOfFacts) -> Said:
    """Return what can be said word for word in place of a rejected sentence.

    Of a row, that is its first cell and those that have any of the sentence's names and numbers; of
    a configuration file, the setting that has them.
    """
    if said := setting(place.unit, place.words, place.facts):
        return said
    first, *others = place.unit.own.split(" | ")
    found = [cell for cell in others if place.facts & _said_in(cell.partition(": ")[2])]
    if place.unit.unit.kind is not UnitKind.ROW or not found:
        return quoted(place.unit, place.words)
    return Said(plain(", ".join((first, *found))), (place.unit,), place.unit.own)


def _said_in(value: str) -> frozenset[str]:
    return frozenset((*numbers(value), *stems(value)))


def names_a_cell(asked: frozenset[str], item: EvidenceUnit) -> bool:
    """Tell whether one of a row's cells, its first aside, is under a header that is asked for.

    Where there is but one, it is.
    """
    first, *others = item.own.split(" | ")
    return len(others) == 1 or any(_words_above(first, others, asked))


def heading_of(item: EvidenceUnit) -> str:
    """Return the heading that is next above a unit; empty without one."""
    return item.noting("").breadcrumb.rpartition(" > ")[2]


def denial_above(item: EvidenceUnit) -> str:
    """Return the heading if it denies what stands below: "Not allowed"; else nothing."""
    heading = heading_of(item)
    return heading if is_negated(heading) and not is_negated(item.own) else ""


def code(item: EvidenceUnit) -> Said:
    """Return a whole block after the line that leads in to it."""
    block = f"{_FENCE}{item.unit.label}\n{item.own}\n{_FENCE}"
    return Said(plain(item.lead) or item.breadcrumb, (item,), item.own, after=block)


def whole_file(item: EvidenceUnit) -> EvidenceUnit:
    """Return the configuration file that a setting stands in, as one block of code."""
    text = item.source.text.rstrip()
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip(_FENCES).rstrip())
    return replace(item, unit=Unit(text.index("\n", start) + 1, end, UnitKind.CODE))


def setting(
    item: EvidenceUnit, asked: frozenset[str], facts: frozenset[str] = frozenset()
) -> Said | None:
    """Return the setting of a configuration file with most of the words, after its sections.

    None where two or none have two of them, or none of them has one of `facts`.
    """
    found = settings_of(item.own) if item.unit.kind is UnitKind.CODE else []
    if facts:
        found = [each for each in found if facts & _said_in(f"{each.text} {each.note}")]
    shared = [len(_words_of(each) & asked) for each in found]
    most = max(shared, default=0)
    if most < _FEWEST_SHARED or shared.count(most) > 1:
        return None
    best = found[shared.index(most)]
    return Said(plain(" > ".join((*best.path[:-1], best.text))), (item,), best.text)


def words_of_setting(item: EvidenceUnit) -> frozenset[str]:
    """Return the stems of a setting, of its sections and of the comments above it."""
    return _in_all_forms((*item.unit.headings, item.lead, item.own))


def _words_of(said: Setting) -> frozenset[str]:
    return _in_all_forms((*said.path, said.note))


def _in_all_forms(parts: Iterable[str]) -> frozenset[str]:
    words = stems_and_parts(" ".join(parts))
    return words | verb_forms(words)


def _cells_for(item: EvidenceUnit, asked: frozenset[str]) -> list[str]:
    first, *others = item.own.split(" | ")
    shared = _words_above(first, others, asked)
    most = max(map(len, shared), default=0)
    best = frozenset[str]().union(*(words for words in shared if len(words) == most))
    told = (
        len(words) == most
        or words - best
        or _SAYS_OF_WHAT.match(cell)
        or (asked & _TO_CALL and _NUMBER_TO_CALL.match(cell))
        for cell, words in zip(others, shared, strict=True)
    )
    return [first, *compress(others, told)]


def _words_above(first: str, others: Sequence[str], asked: frozenset[str]) -> list[frozenset[str]]:
    """Return for each cell the words that its header shares with `asked`.

    What the first cell says names the row, and no column of it where another one is named: of an
    office, the parking is no "office_manager".
    """
    wanted = asked | asked_by_verb(asked) | measured_by(asked)
    headers = [cell.partition(": ")[0] for cell in others]
    found = [_shared(header, wanted - stems_and_parts(first)) for header in headers]
    return found if any(found) else [_shared(header, wanted) for header in headers]


def _shared(header: str, wanted: frozenset[str]) -> frozenset[str]:
    """Return those that a header has, or of which it has a longer word: visit, visitor."""
    words = stems_and_parts(header)
    return frozenset(
        each
        for each in wanted
        if each in words
        or (len(each) >= _STEM_CHARS and any(word.startswith(each) for word in words))
    )
