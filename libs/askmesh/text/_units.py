"""Units of evidence: the parts of a passage that state something, each with what it leans on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from askmesh.text._blocks import (
    HEADING,
    ITEM,
    SENTENCE_END,
    TextBlock,
    blocks_of,
    numbered_heading,
)
from askmesh.text._leaning import leaned_on
from askmesh.text._sentences import Span, sentences, trimmed
from askmesh.text._settings import units_of_settings
from askmesh.text._unit import Unit, UnitKind, is_question

_LABEL_END = re.compile(r"[:\uff1a][\W_]*$")
_WORD = re.compile(r"[^\W_]+")
_FRAGMENT_WORDS = 4
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")
_NUMBERED = 7
"""Deeper than any heading that is marked as one."""


@dataclass(slots=True)
class _Above:
    """What is known above the line that is being read."""

    text: str
    headings: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    parents: list[tuple[int, Span]] = field(default_factory=list[tuple[int, Span]])
    lead_in: Span | None = None
    """The last sentence of prose, while nothing but lists, tables and code came after it."""
    introduces: bool = False
    """Whether that sentence leads in a list: it is not ended, or stands alone.

    What has a value, "Absent: Eve Fox", says something of its own.
    """
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
    items carry. A sentence needs no full stop if it has a number or is not short. A configuration
    file with nothing beside it is taken apart; one that shows how to do something is code.
    """
    above = _Above(text)
    found: list[Unit] = []
    blocks = list(blocks_of(text))
    if settings := units_of_settings(text, blocks):
        return settings
    for block, following in zip_longest(blocks, blocks[1:]):
        found.extend(_units_of(above, block))
        if following and (name := numbered_heading(text, block, following)):
            above.headings.append((_NUMBERED, name))
            above.group_kind = None
    return found


def _units_of(above: _Above, block: TextBlock) -> Iterator[Unit]:
    match block.kind:
        case None:
            _take_heading(above, block)
        case UnitKind.CODE | UnitKind.SETTING:
            above.groups += 1
            if above.text[block.span.start : block.span.end].strip():
                lead = (*above.leads(), *_lead_in_above(above))
                unit = above.unit(block.span, UnitKind.CODE, lead, block.label)
                yield replace(unit, group=above.groups)
        case UnitKind.ITEM:
            yield from _item(above, block)
        case UnitKind.ROW | UnitKind.KEY_VALUE:
            yield from _line(above, block, block.kind)
        case UnitKind.SENTENCE:
            yield from _prose(above, block)


def _lead_in_above(above: _Above) -> tuple[Span, ...]:
    """Return the item of a list that leads in what follows."""
    parents = [span for _, span in above.parents]
    return tuple(s for s in parents[-1:] if _LABEL_END.search(above.text[s.start : s.end]))


def _take_heading(above: _Above, block: TextBlock) -> None:
    match = HEADING.match(above.text, block.span.start, block.span.end)
    if match:
        depth = len(match[1])
        above.headings = [(d, name) for d, name in above.headings if d < depth]
        above.headings.append((depth, match[2]))
    above.lead_in = None
    above.group_kind = None


def _item(above: _Above, block: TextBlock) -> Iterator[Unit]:
    match = ITEM.match(above.text, block.span.start, block.span.end)
    if match is None:
        return
    above.begins(UnitKind.ITEM)
    if match[2][0].isdigit():
        above.headings = [(d, name) for d, name in above.headings if d < _NUMBERED]
    depth = len(match[1])
    above.parents = [(d, span) for d, span in above.parents if d < depth]
    span = trimmed(above.text, match.end(), block.span.end)
    leads = above.leads() if above.introduces else ()
    lead = (*leads, *(parent for _, parent in above.parents))
    above.parents.append((depth, span))
    body = above.text[span.start : span.end]
    if not is_question(body) and not _LABEL_END.search(body):
        label = match[2] if match[2][0].isalnum() else ""
        yield above.unit(span, UnitKind.ITEM, lead, label)


def _line(above: _Above, block: TextBlock, kind: UnitKind) -> Iterator[Unit]:
    above.begins(kind)
    span = trimmed(above.text, block.span.start, block.span.end)
    yield above.unit(span, kind, _caption(above))


def _caption(above: _Above) -> tuple[Span, ...]:
    """Return the line above a table or a form; a whole sentence says something of its own."""
    return tuple(s for s in above.leads() if not SENTENCE_END.search(above.text[s.start : s.end]))


def _prose(above: _Above, block: TextBlock) -> Iterator[Unit]:
    body = above.text[block.span.start : block.span.end]
    offset = block.span.start
    spans = [Span(offset + one.start, offset + one.end) for one in sentences(body)]
    if not spans:
        return
    asked = above.lead_in
    question = asked if asked and is_question(above.text[asked.start : asked.end]) else None
    above.begins(UnitKind.SENTENCE)
    for place, span in enumerate(spans):
        said = above.text[span.start : span.end]
        if is_question(said):
            question = span
        elif _states(said):
            lead = leaned_on(above.text, spans, place) or ((question,) if question else ())
            yield above.unit(span, UnitKind.SENTENCE, lead)
    above.lead_in = spans[-1]
    last = above.text[spans[-1].start : spans[-1].end]
    is_label, is_ended = bool(_LABEL_END.search(last)), bool(SENTENCE_END.search(last))
    says_a_value = ": " in last and not (is_label or is_ended)
    above.introduces = not says_a_value and (len(spans) == 1 or is_label or not is_ended)
    above.group_kind = None


def _states(sentence: str) -> bool:
    """Tell whether it says something: no heading, and no label without a value."""
    if _LABEL_END.search(sentence):
        return False
    if SENTENCE_END.search(sentence) or any(map(str.isdigit, sentence)):
        return bool(_WORD.search(sentence))
    words = _WORD.findall(sentence)
    return len(words) >= _FRAGMENT_WORDS or bool(_UNSPACED.search(sentence))
