"""A unit of evidence, and how it reads with what it leans on."""

import re
from dataclasses import dataclass
from enum import Enum

from askmesh.text._names import names
from askmesh.text._sentences import Span

_QUESTION = re.compile(r"[?\uff1f\u061f\u037e][\W_]*$")
_SUBJECT_WORDS = 5


class UnitKind(Enum):
    """What a unit is."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    KEY_VALUE = "key-value"
    CODE = "code"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Unit:
    """`text[start:end]` of a passage, in code points, without the marker of an item or a fence.

    `headings` are those above it inside the passage, outermost first. `lead` is what to put before
    it: the lead-in of a list, a table or a block of code, the parents of an item, the question
    that a sentence answers, the sentence that it leans on, or the comments above a setting.
    `group` is the same for the items of one list, the rows of one table, the lines of one form and
    the sentences of one paragraph.
    """

    start: int
    end: int
    kind: UnitKind
    headings: tuple[str, ...] = ()
    lead: tuple[Span, ...] = ()
    group: int = 0
    label: str = ""
    """The number of an item ("3."), the language of a block of code."""


def is_question(text: str) -> bool:
    """Tell whether `text` ends with a question mark."""
    return _QUESTION.search(text) is not None


def lead_text(text: str, unit: Unit) -> str:
    """Return the words to put before `unit`, a unit of the passage `text`; empty if none."""
    return " ".join(text[span.start : span.end] for span in unit.lead)


def self_contained(text: str, unit: Unit) -> str:
    """Return `unit`, a unit of the passage `text`, with just enough before it to be judged alone.

    A sentence that leans on another gets the name that the other begins with, not the whole of
    it: judged together, both would be found for a question that only one answers. The name of a
    setting is read word by word.
    """
    own = text[unit.start : unit.end]
    if unit.kind is UnitKind.SETTING:
        own = own.replace("_", " ")
    lead = lead_text(text, unit)
    if unit.kind is UnitKind.SENTENCE and lead and not is_question(lead):
        lead = f"{_subject(lead)}:"
    return " ".join(part for part in (*unit.headings, lead, own) if part)


def _subject(sentence: str) -> str:
    found = names(sentence)
    first = " ".join(sentence.split()[:_SUBJECT_WORDS])
    return next((name for name in found if sentence.startswith(name)), found[0] if found else first)
