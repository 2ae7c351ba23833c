"""The numbers that Word counts for headings and lists: they stand nowhere in their text."""

# The library ships no types, or few.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeStubs=false

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.parts.document import DocumentPart
from lxml import etree

_LEVELS = 9
_VALUE = qn("w:val")
_PLACE = re.compile(r"%([1-9])")
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MAX_ROMAN = 4000
_UNCOUNTED = frozenset(["bullet", "none"])


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list counts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    is_legal: bool = False


class WordNumbers:
    """Counts the numbered paragraphs of one document, which are to come in their order."""

    def __init__(self, part: DocumentPart) -> None:
        root = next(_numberings(part), None)
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        if root is not None:
            self._read(root)

    def next_number(self, list_id: str, level: int) -> str:
        """Return the number of the next paragraph on a level of a list; empty for a mere sign."""
        kind = self._lists.get(list_id)
        if kind is None:
            return ""
        levels, counts = self._levels[kind], self._counts[kind]
        for restarted, start in self._restarts.pop(list_id, {}).items():
            counts[restarted] = start - 1
        own = levels.get(level, _Level())
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in range(level + 1, _LEVELS):
            counts.pop(deeper, None)
        if own.form in _UNCOUNTED:
            return ""

        def shown(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            counted = levels.get(place, _Level())
            form = "decimal" if own.is_legal else counted.form
            return _written(counts.get(place, counted.start), form)

        return _PLACE.sub(shown, own.text).strip(" .()")

    def _read(self, root: etree._Element) -> None:
        named: dict[str, str] = {}
        linked: dict[str, str] = {}
        for each in root.findall(qn("w:abstractNum")):
            kind = each.get(qn("w:abstractNumId")) or ""
            self._levels[kind] = dict(map(_level, each.findall(qn("w:lvl"))))
            named[_value(each, "w:styleLink")] = kind
            linked[kind] = _value(each, "w:numStyleLink")
        for each in root.findall(qn("w:num")):
            list_id, kind = each.get(qn("w:numId")) or "", _value(each, "w:abstractNumId")
            kind = named.get(linked.get(kind, "") or "-", kind)
            if kind in self._levels:
                self._lists[list_id] = kind
                self._restarts[list_id] = dict(_restarts(each))


def _numberings(part: DocumentPart) -> Iterator[etree._Element]:
    for relation in part.rels.values():
        if relation.reltype.endswith("/numbering") and not relation.is_external:
            yield parse_xml(relation.target_part.blob)


def _level(element: etree._Element) -> tuple[int, _Level]:
    level = _Level(
        _number(_value(element, "w:start"), 1),
        _value(element, "w:numFmt") or "decimal",
        _value(element, "w:lvlText"),
        element.find(qn("w:isLgl")) is not None,
    )
    return _number(element.get(qn("w:ilvl")) or "", 0), level


def _restarts(element: etree._Element) -> Iterator[tuple[int, int]]:
    for each in element.findall(qn("w:lvlOverride")):
        if start := _value(each, "w:startOverride"):
            yield _number(each.get(qn("w:ilvl")) or "", 0), _number(start, 1)


def _value(element: etree._Element, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else found.get(_VALUE) or ""


def _number(text: str, default: int) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else default


def _written(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            letters = _letters(number)
        case "lowerRoman" | "upperRoman":
            letters = _roman(number)
        case "decimalZero":
            return f"{number:02}"
        case _:
            return str(number)
    return letters.upper() if form.startswith("upper") else letters


def _letters(number: int) -> str:
    """Return a, b, ... z, aa, bb, ... for 1 and up."""
    rounds, letter = divmod(max(number, 1) - 1, 26)
    return chr(ord("a") + letter) * min(rounds + 1, _LEVELS)


def _roman(number: int) -> str:
    text = ""
    left = number if 0 < number < _MAX_ROMAN else 0
    for value, letters in _ROMAN:
        count, left = divmod(left, value)
        text += letters * count
    return text or str(number)
