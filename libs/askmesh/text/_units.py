"""Units of evidence: the parts of a passage that state something, each with what it leans on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from askmesh.text._names import names
from askmesh.text._sentences import Span, sentences


class UnitKind(Enum):
    """What a unit is."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    KEY_VALUE = "key-value"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Unit:
    """`text[start:end]` of a passage, in code points, without the marker of an item or a fence.

    `headings` are those above it inside the passage, outermost first. `lead` is what to put before
    it: the lead-in of a list, a table or a block of code, the parents of an item, the question
    that a sentence answers, or the sentence that it leans on. `group` is the same for the items of
    one list, the rows of one table, the lines of one form and the sentences of one paragraph.
    """

    start: int
    end: int
    kind: UnitKind
    headings: tuple[str, ...] = ()
    lead: tuple[Span, ...] = ()
    group: int = 0
    label: str = ""
    """The number of an item ("3."), the language of a block of code."""


_FENCE = re.compile(r"\s*(```|~~~)\s*([\w+#.-]*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*\S)")
_ITEM = re.compile(r"(\s*)([-*+\u2022\u2023\u25e6]|\d{1,3}[.)])\s+(?=\S)")
_CELL = re.compile(r"\s\|\s")
_KEY_VALUE = re.compile(
    r"\s*(?P<key>[^\s:=.!?\u3002|][^:=!?\u3002|]{0,47}?)"
    r"(?::\s+|\s*\uff1a\s*|\s*=\s*)(?P<value>\S.*)"
)
_KEY_WORDS = 5
_QUESTION = re.compile(r"[?\uff1f\u061f\u037e][\W_]*$")
_LABEL_END = re.compile(r"[:\uff1a][\W_]*$")
_SENTENCE_END = re.compile(r"[.!\u2026\u3002\uff01\u0964\u06d4;\uff1b][\W_]*$")
_WORD = re.compile(r"[^\W_]+")
_FRAGMENT_WORDS = 4
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
_LEANS = re.compile(
    r"(?:[A-Z][a-z]+(?: [a-z]+){0,2}, )?"  # "However, it", "In that year, he"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|another"
    r"|the (?:former|latter|same)|(?:before|after|since) (?:that|this)|there"
    r"|er|sie|es|dies(?:er|e|es)?|il|elle|ils|elles|cela|ceci)\b",
    re.IGNORECASE,
)
_MAX_LEANING = 2
_SUBJECT_WORDS = 5


@dataclass(slots=True)
class _Reader:
    """What is known above the line that is being read."""

    text: str
    headings: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    parents: list[tuple[int, Span]] = field(default_factory=list[tuple[int, Span]])
    lead_in: Span | None = None
    """The last line of prose, while nothing but lists, tables and code came after it."""
    group: int = 0
    group_kind: UnitKind | None = None
    groups: int = 0

    def unit(self, span: Span, kind: UnitKind, lead: tuple[Span, ...], label: str = "") -> Unit:
        headings = tuple(name for _, name in self.headings)
        return Unit(span.start, span.end, kind, headings, lead, self.group, label)

    def begins(self, kind: UnitKind) -> bool:
        """Note that a unit of `kind` follows; tell whether it begins a group."""
        if self.group_kind is kind:
            return False
        self.groups += 1
        self.group = self.groups
        self.group_kind = kind
        self.parents = []
        return True

    def leads(self) -> tuple[Span, ...]:
        return (self.lead_in,) if self.lead_in else ()


def units(text: str) -> list[Unit]:
    """Return the units of evidence of a passage's text, in order.

    Headings, labels without a value and questions are none; neither are lead-ins, which their
    items carry. A sentence needs no full stop if it has a number or is not short.
    """
    reader = _Reader(text)
    found: list[Unit] = []
    for block in _blocks(text):
        found.extend(_units_of(reader, block))
    return found


@dataclass(frozen=True, slots=True)
class _Block:
    """A fenced block of code, one line, or lines of prose in a row."""

    span: Span
    kind: UnitKind | None
    label: str = ""
    adjacent: bool = False
    """Whether no empty line is before it."""


def _blocks(text: str) -> Iterator[_Block]:
    lines = _lines(text)
    position = 0
    adjacent = False
    while position < len(lines):
        line = lines[position]
        body = text[line.start : line.end]
        fence = _FENCE.match(body)
        if not body.strip():
            adjacent, position = False, position + 1
            continue
        if fence:
            last = _closing(text, lines, position, fence[1])
            inside = Span(min(line.end + 1, len(text)), max(line.end, lines[last].start - 1))
            if last == position:
                inside = Span(line.end, line.end)
            elif not _FENCE.match(text[lines[last].start : lines[last].end]):
                inside = Span(inside.start, lines[last].end)
            yield _Block(inside, UnitKind.CODE, fence[2], adjacent)
            position = last + 1
        elif kind := _kind(body):
            yield _Block(line, kind, "", adjacent)
            position += 1
        elif _HEADING.match(body):
            yield _Block(line, None, "#", adjacent)
            position += 1
        else:
            last = position
            while last + 1 < len(lines) and _is_prose(text, lines[last + 1]):
                last += 1
            yield _Block(Span(line.start, lines[last].end), UnitKind.SENTENCE, "", adjacent)
            position = last + 1
        adjacent = True


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
    return bool(body.strip()) and not (_FENCE.match(body) or _kind(body) or _HEADING.match(body))


def _kind(line: str) -> UnitKind | None:
    if _ITEM.match(line):
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
    return not _QUESTION.search(value) and len(sentences(value)) == 1


def _units_of(reader: _Reader, block: _Block) -> Iterator[Unit]:
    match block.kind:
        case None:
            _take_heading(reader, block)
        case UnitKind.CODE:
            reader.groups += 1
            if reader.text[block.span.start : block.span.end].strip():
                lead = (*reader.leads(), *_label_above(reader))
                unit = reader.unit(block.span, UnitKind.CODE, lead, block.label)
                yield replace(unit, group=reader.groups)
        case UnitKind.ITEM:
            yield from _item(reader, block)
        case UnitKind.ROW | UnitKind.KEY_VALUE:
            yield from _line(reader, block, block.kind)
        case UnitKind.SENTENCE:
            yield from _prose(reader, block)


def _label_above(reader: _Reader) -> tuple[Span, ...]:
    """Return the item of a list that leads in what follows."""
    parents = [span for _, span in reader.parents]
    return tuple(s for s in parents[-1:] if _LABEL_END.search(reader.text[s.start : s.end]))


def _take_heading(reader: _Reader, block: _Block) -> None:
    match = _HEADING.match(reader.text, block.span.start, block.span.end)
    if match:
        depth = len(match[1])
        reader.headings = [(d, name) for d, name in reader.headings if d < depth]
        reader.headings.append((depth, match[2]))
    reader.lead_in = None
    reader.group_kind = None


def _item(reader: _Reader, block: _Block) -> Iterator[Unit]:
    match = _ITEM.match(reader.text, block.span.start, block.span.end)
    if match is None:
        return
    reader.begins(UnitKind.ITEM)
    depth = len(match[1])
    reader.parents = [(d, span) for d, span in reader.parents if d < depth]
    span = _trimmed(reader.text, match.end(), block.span.end)
    lead = (*reader.leads(), *(parent for _, parent in reader.parents))
    reader.parents.append((depth, span))
    body = reader.text[span.start : span.end]
    if not _QUESTION.search(body) and not _LABEL_END.search(body):
        label = match[2] if match[2][0].isdigit() else ""
        yield reader.unit(span, UnitKind.ITEM, lead, label)


def _line(reader: _Reader, block: _Block, kind: UnitKind) -> Iterator[Unit]:
    reader.begins(kind)
    span = _trimmed(reader.text, block.span.start, block.span.end)
    yield reader.unit(span, kind, reader.leads() if kind is UnitKind.ROW else ())


def _prose(reader: _Reader, block: _Block) -> Iterator[Unit]:
    body = reader.text[block.span.start : block.span.end]
    offset = block.span.start
    spans = [Span(offset + one.start, offset + one.end) for one in sentences(body)]
    if not spans:
        return
    question = reader.lead_in if reader.lead_in and _asks(reader.text, reader.lead_in) else None
    reader.begins(UnitKind.SENTENCE)
    for place, span in enumerate(spans):
        said = reader.text[span.start : span.end]
        if _asks(reader.text, span):
            question = span
        elif _states(said):
            lead = _leaned_on(reader.text, spans, place)
            if not lead and question:
                lead = (question,)
            yield reader.unit(span, UnitKind.SENTENCE, lead)
    reader.lead_in = spans[-1]
    reader.group_kind = None


def _asks(text: str, span: Span) -> bool:
    return _QUESTION.search(text[span.start : span.end]) is not None


def _leaned_on(text: str, spans: list[Span], place: int) -> tuple[Span, ...]:
    """Return the sentences that the one at `place` makes no sense without, as one span."""
    first = place
    while first and place - first < _MAX_LEANING and _LEANS.match(text, spans[first].start):
        first -= 1
    return (Span(spans[first].start, spans[place - 1].end),) if first < place else ()


def _states(sentence: str) -> bool:
    """Tell whether it says something: no heading, and no label without a value."""
    if _LABEL_END.search(sentence):
        return False
    if _SENTENCE_END.search(sentence) or any(map(str.isdigit, sentence)):
        return bool(_WORD.search(sentence))
    words = _WORD.findall(sentence)
    return len(words) >= _FRAGMENT_WORDS or bool(_UNSPACED.search(sentence))


def _trimmed(text: str, start: int, end: int) -> Span:
    body = text[start:end]
    lead = len(body) - len(body.lstrip())
    return Span(start + lead, max(start + lead, start + len(body.rstrip())))


def lead_text(text: str, unit: Unit) -> str:
    """Return the words to put before `unit`, a unit of the passage `text`; empty if none."""
    return " ".join(text[span.start : span.end] for span in unit.lead)


def self_contained(text: str, unit: Unit) -> str:
    """Return `unit`, a unit of the passage `text`, with just enough before it to be judged alone.

    A sentence that leans on another gets the name that the other begins with, not the whole of
    it: judged together, both would be found for a question that only one answers.
    """
    own = text[unit.start : unit.end]
    lead = lead_text(text, unit)
    if unit.kind is UnitKind.SENTENCE and lead and not _QUESTION.search(lead):
        lead = f"{_subject(lead)}:"
    return " ".join(part for part in (*unit.headings, lead, own) if part)


def _subject(sentence: str) -> str:
    found = names(sentence)
    first = " ".join(sentence.split()[:_SUBJECT_WORDS])
    return next((name for name in found if sentence.startswith(name)), found[0] if found else first)
