"""Some of the units: the newest, all of a list, the best for each part."""

import re
from collections.abc import Sequence

from askmesh.summarization.dates import newest_first
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.overlap import question_overlap
from askmesh.text import UnitKind, stems_and_parts

_NEAR_THE_BEST = 0.6
_NEAR_IN_DOCUMENT = 0.3
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|him|his|she|her|such|both)\b",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:from|by|authors?|written by|owner|von|autor|auteur)\s*[:=]", re.IGNORECASE
)
_PART_OVERLAP = 0.5
_OF_THE_DOCUMENT = re.compile(
    r"(?:date|published|updated|modified|last \w+|author|from|to|cc|subject|title|version)\s*:",
    re.IGNORECASE,
)


def newest(ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, those near the best in the order of their dates, newest first.

    What stands in the document of the best one is near it from a lower score on. Lines that only
    date or name the document state nothing that could be the latest.
    """
    best = ranked[0]

    def is_near(item: EvidenceUnit) -> bool:
        if item.unit.kind is UnitKind.KEY_VALUE and _OF_THE_DOCUMENT.match(item.own):
            return False
        same = item.source.document_id == best.source.document_id
        return item.score >= (_NEAR_IN_DOCUMENT if same else _NEAR_THE_BEST) * best.score

    near = newest_first([item for item in ranked if is_near(item)])
    return [*near, *(item for item in ranked if not is_near(item))]


def entries_beside(best: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return all entries of the list, table or form of `best`, in the order of the text."""
    if not best.is_entry:
        return []
    own = [item.scored(best.score) for item in ranked if item.group == best.group]
    return sorted(own, key=lambda item: item.unit.start)


def sentences_beside(
    best: EvidenceUnit, ranked: Sequence[EvidenceUnit], asked: frozenset[str]
) -> list[EvidenceUnit]:
    """Return the sentences or settings after and before `best` that go on about the same.

    They share a word with it or with those that were `asked`, or the later of the two points back.
    """
    if best.unit.kind not in {UnitKind.SENTENCE, UnitKind.SETTING}:
        return []
    place_of = (best.group, best.unit.headings)
    own = sorted(
        (item for item in ranked if (item.group, item.unit.headings) == place_of),
        key=lambda item: item.unit.start,
    )
    place = own.index(best)
    known = asked | stems_and_parts(best.own)
    after = [item for item in own[place + 1 : place + 2] if _POINTS_BACK.search(item.own)]
    near = [*own[place + 1 : place + 2], *own[max(0, place - 1) : place]]
    leaned = own[max(0, place - 1) : place] if _POINTS_BACK.search(best.own) else []
    return [item for item in near if item in (*after, *leaned) or stems_and_parts(item.own) & known]


def authors_of(best: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return the lines that say who wrote the document of `best`."""
    return [
        item
        for item in ranked
        if item.source.document_id == best.source.document_id
        and item.unit.kind is UnitKind.KEY_VALUE
        and _AUTHOR.match(item.own)
    ]


def best_of_parts(parts: Sequence[str], ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return for each part of a question the unit that has most of its words."""
    if len(parts) < 2:  # noqa: PLR2004 - one part is the question
        return []
    texts = [f"{item.breadcrumb} {item.lead} {item.own}" for item in ranked]
    found: list[EvidenceUnit] = []
    for part in parts:
        overlaps = question_overlap(part, texts)
        best = max(range(len(ranked)), key=lambda place: (overlaps[place], -place))
        if overlaps[best] >= _PART_OVERLAP:
            found.append(ranked[best])
    return found
