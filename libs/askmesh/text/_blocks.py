"""Blocks of a passage's text: lines that are units, fenced code, and prose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from askmesh.text._calendar import MONTH_PATTERN, WEEKDAYS
from askmesh.text._sentences import Span, sentences
from askmesh.text._unit import UnitKind, is_question

_FENCE = re.compile(r"\s*(```|~~~)\s*([\w+#.-]*)")
HEADING = re.compile(r"(#{1,6})\s+(.*\S)")
ITEM = re.compile(r"(\s*)([-*+\u2022\u2023\u25e6]|\d{1,3}[.)]|[a-z]\))\s+(?=\S)")
SENTENCE_END = re.compile(r"[.!\u2026\u3002\uff01\u0964\u06d4;\uff1b][\W_]*$")
_HEADING_WORDS = 8
_CELL = re.compile(r"\s\|\s")
_KEY_VALUE = re.compile(
    r"\s*(?P<key>[^\s:=.!?\u3002|](?:[^:=!?\u3002|]|(?<=\d):(?=\d\d)){0,47}?)"
    r"(?::\s+|\s*\uff1a\s*|\s*=\s*)(?P<value>\S.*)"
)
_KEY_WORDS = 5
_WHEN = re.compile(
    rf"(?:(?:{'|'.join(WEEKDAYS)}|{'|'.join(name[:3] for name in WEEKDAYS)})\w*\.?,? ?)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?(?:{MONTH_PATTERN})|(?:{MONTH_PATTERN})\.? \d{{1,2}}"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}\.?)(?:,? ?\d{4})?",
    re.IGNORECASE,
)
_ENTRY_LENGTH = 300
"""Up to how many characters a line that begins with a day is one entry of a calendar."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A fenced block of code, one line, or lines of prose in a row; a heading has no kind."""

    span: Span
    kind: UnitKind | None
    label: str = ""
    """The language of code."""


def value_of(line: str) -> str:
    """Return what a line `Key: value` says; nothing if it is none."""
    match = _KEY_VALUE.fullmatch(line.strip())
    return match["value"] if match else ""


def begins_with_a_day(line: str) -> bool:
    """Tell whether a line is the entry of a calendar, such as `14 March: Print day, hall.`."""
    match = _KEY_VALUE.fullmatch(line.strip())
    return match is not None and _WHEN.fullmatch(match["key"]) is not None


def numbered_heading(text: str, block: TextBlock, following: TextBlock) -> str:
    """Return the name of a numbered line that prose, or steps with letters, follow: "4. Staff"."""
    match = ITEM.match(text, block.span.start, block.span.end)
    next_item = ITEM.match(text, following.span.start, following.span.end)
    is_above = following.kind is UnitKind.SENTENCE or (next_item and next_item[2][0].isalpha())
    if block.kind is not UnitKind.ITEM or match is None or not match[2][0].isdigit():
        return ""
    name = text[match.end() : block.span.end].strip()
    is_short = len(name.split()) <= _HEADING_WORDS and not SENTENCE_END.search(name)
    return name if is_above and is_short else ""


def blocks_of(text: str) -> Iterator[TextBlock]:
    """Yield the blocks of a passage's text, in order."""
    lines = _lines(text)
    position = 0
    while position < len(lines):
        if text[lines[position].start : lines[position].end].strip():
            block, position = _block(text, lines, position)
            yield block
        else:
            position += 1


def _block(text: str, lines: list[Span], position: int) -> tuple[TextBlock, int]:
    """Return the block that begins at a line, and the number of the line after it."""
    line = lines[position]
    body = text[line.start : line.end]
    if fence := _FENCE.match(body):
        last = _closing(text, lines, position, fence[1])
        return TextBlock(_inside(text, lines, position, last), UnitKind.CODE, fence[2]), last + 1
    if HEADING.match(body):
        return TextBlock(line, None), position + 1
    if kind := _kind(body):
        return TextBlock(line, kind), position + 1
    last = position
    while last + 1 < len(lines) and _is_prose(text, lines[last + 1]):
        last += 1
    return TextBlock(Span(line.start, lines[last].end), UnitKind.SENTENCE), last + 1


def _inside(text: str, lines: list[Span], first: int, last: int) -> Span:
    """Return the code between a fence and the one that closes it, or the end of the text."""
    opening, closing = lines[first], lines[last]
    if last == first:
        return Span(opening.end, opening.end)
    start = min(opening.end + 1, len(text))
    is_closed = _FENCE.match(text[closing.start : closing.end])
    return Span(start, max(opening.end, closing.start - 1) if is_closed else closing.end)


def _lines(text: str) -> list[Span]:
    lines: list[Span] = []
    start = 0
    for line in text.split("\n"):
        lines.append(Span(start, start + len(line)))
        start += len(line) + 1
    return lines


def _closing(text: str, lines: list[Span], opened: int, fence: str) -> int:
    for position in range(opened + 1, len(lines)):
        if text[lines[position].start : lines[position].end].strip() == fence:
            return position
    return len(lines) - 1


def _is_prose(text: str, line: Span) -> bool:
    body = text[line.start : line.end]
    return bool(body.strip()) and not (_FENCE.match(body) or _kind(body) or HEADING.match(body))


def _kind(line: str) -> UnitKind | None:
    if ITEM.match(line):
        return UnitKind.ITEM
    if len(_CELL.split(line.strip())) > 1:
        return UnitKind.ROW
    match = _KEY_VALUE.fullmatch(line.strip())
    if match and _is_key_value(match["key"], match["value"]):
        return UnitKind.KEY_VALUE
    return None


def _is_key_value(key: str, value: str) -> bool:
    if len(key.split()) > _KEY_WORDS or key.endswith(("http", "https")):
        return False
    is_entry = _WHEN.fullmatch(key) is not None and len(value) <= _ENTRY_LENGTH
    return not is_question(value) and (is_entry or len(sentences(value)) == 1)
