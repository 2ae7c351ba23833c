"""What stands at a place: the second on a list, the last step, the row of the first rank."""

import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems

_NAMES_TEXT = "first second third fourth fifth sixth seventh eighth ninth tenth"
_NAMES: Sequence[str] = _NAMES_TEXT.split()
_ORDINAL = re.compile(
    rf"\b(?:(?P<name>{'|'.join(_NAMES)})|(?P<figure>\d{{1,3}})(?:st|nd|rd|th)|(?P<last>last|final))\b"
    r"(?!-| (?:two|three|four|five|six|few|but)\b)",
    re.IGNORECASE,
)
_FORM = stems(
    "step steps item entry place places number line turn come comes person stop position rank list"
    " queue do thing point name who is in on of have has must"
)
_RANKS = stems("place rank position number no nr order step turn") | {"#"}
_IN_ORDER = stems("list step steps order queue sequence")


def at_its_place(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the item or the row at the place that is asked for; nothing if none is.

    What else is asked must stand above the list or in the headers of the table.
    """
    found = _ORDINAL.findall(question.text)
    match = _ORDINAL.search(question.text)
    if match is None or len(found) > 1 or question.wanted in {Wanted.YES_NO, Wanted.COUNT}:
        return []
    asked = question.stems - stems(match[0]) - _FORM
    for item in ranked:
        above = stems(f"{item.breadcrumb} {item.lead} {' '.join(_headers(item))}")
        if not asked or not asked <= above or stems(match[0]) & above:
            continue
        own = sorted(
            (other for other in ranked if other.group == item.group),
            key=lambda other: other.unit.start,
        )
        if said := _item(match, question, own) or _row(match, own):
            return said
    return []


def _headers(item: EvidenceUnit) -> list[str]:
    return [name for name, _ in cells(item)] if item.unit.kind is UnitKind.ROW else []


def _place(match: re.Match[str], places: Sequence[int]) -> int:
    if match["last"]:
        return max(places)
    return int(match["figure"] or _NAMES.index(match["name"].lower()) + 1)


def _item(match: re.Match[str], question: Question, own: Sequence[EvidenceUnit]) -> list[Said]:
    top = [item for item in own if len(item.unit.lead) == len(own[0].unit.lead)]
    if own[0].unit.kind is not UnitKind.ITEM:
        return []
    labels = [item.unit.label.rstrip(".)") for item in top]
    if not all(map(str.isdecimal, labels)):
        if any(labels) or not (question.stems | stems(own[0].lead)) & _IN_ORDER:
            return []
        labels = [str(number) for number in range(1, len(top) + 1)]
    numbers = [int(label) for label in labels]
    place = _place(match, numbers)
    return [
        Said(plain(item.own), (item,), item.own)
        for item, number in zip(top, numbers, strict=True)
        if number == place
    ]


def _row(match: re.Match[str], own: Sequence[EvidenceUnit]) -> list[Said]:
    rank = next((name for name in _headers(own[0]) if stems(name) & _RANKS or name == "#"), None)
    found = [(dict(cells(item)).get(rank or "", "").rstrip("."), item) for item in own]
    if rank is None or not all(place.isdecimal() for place, _ in found):
        return []
    place = _place(match, [int(number) for number, _ in found])
    return [
        Said(f"{plain(_but(item, rank))} ({rank}: {place}).", (item,), item.own)
        for number, item in found
        if int(number) == place
    ]


def _but(item: EvidenceUnit, rank: str) -> str:
    """Return the first cell beside the rank, with its header."""
    return next((f"{name}: {cell}" for name, cell in cells(item) if name != rank), item.own)
