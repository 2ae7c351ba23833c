"""A question put to records: whether it is about them, and which of them and of their fields."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from askmesh.summarization.bounds import bounds_in, without_bounds
from askmesh.summarization.measures import (
    CLOCK,
    Amount,
    Measure,
    amount_of,
    asked_by_verb,
    field_and_unit,
    is_basic,
    measure_in,
    measure_words,
    scale_of,
)
from askmesh.summarization.question import Question
from askmesh.summarization.records import Record, Records, are_unlike, field_words
from askmesh.text import stems

FORM_WORDS = stems(
    "compare comparison contrast difference differ versus vs table tabular list show give make"
    " create draw column row total sum altogether together combined average mean many much number"
    " count all every each everything there exist have has with without no than between which what"
    " how name need entry please document documents overview tell two three four both contain"
    " include"
)
_HAVING = stems("contain include")
"""Verbs for what a row has; a column that is called "may_contain" is not named by them alone."""
_PLACES = stems("capacity seats places people persons guests")
_LASTS = re.compile(
    r"\bhow (?:long|many (?:seconds|minutes|hours|days|weeks|months|years))\b", re.IGNORECASE
)
_TAKE = stems("take taking last lasting")
_IN_SERVICE = re.compile(
    r"\bwho\b[^?.!]*(?:\b(?:been|worked|works|working|served|serves|serving)\b[^?.!]*\blongest\b"
    r"|\blongest[- ](?:serving|standing)\b)",
    re.IGNORECASE,
)
_SERVE = stems("work serve serving standing service staff employee member")
_LEFT = stems("left available remain remaining still")
_COUNT = re.compile(r"\d+")


def is_about(question: Question, records: Records, columns: Sequence[str] = ()) -> bool:
    """Tell whether all that `question` names is in or above the records, or a form of asking."""
    asks_verb = asked_by_verb(question.stems)
    asks_since = _IN_SERVICE.search(question.text) and records.since_field
    is_near = bool(question.stems & records.words or asks_verb or asks_since)
    return is_near and not unknown_words(question, records, columns)


def headed_by(question: Question, records: Records) -> int:
    """Return how many words of the question stand in the headers and in the title."""
    title = records.records[0].units[0].source.title
    return len(question.stems & field_words(title, records.name_field, *records.fields))


def unknown_words(
    question: Question, records: Records, columns: Sequence[str] = ()
) -> frozenset[str]:
    """Return the stems that are neither in nor above the records, nor a form of asking."""
    said = " ".join((*columns, *(bound.text for bound in bounds_in(question.text))))
    known = records.words | FORM_WORDS | measure_words(question.text) | stems(said)
    left = _LEFT if counted_fields(question, records) else frozenset[str]()
    taken = _TAKE if _LASTS.search(question.text) else frozenset[str]()
    serving = _SERVE if _IN_SERVICE.search(question.text) else frozenset[str]()
    unknown = question.stems - known - left - taken - serving
    written = {scale_of(word)[0] for word in known}
    return frozenset(
        word for word in unknown if not is_basic(unit := scale_of(word)[0]) or unit not in written
    )


def counted_fields(question: Question, records: Records) -> list[str]:
    """Return the fields that a question names and that say how many there are, of some none.

    "Which courses have free places?" asks for those that have one at least.
    """
    if question.amounts or bounds_in(question.text):
        return []
    return [
        field
        for field in records.fields
        if field_words(field) & question.stems and _is_counted(records, field)
    ]


def _is_counted(records: Records, field: str) -> bool:
    cells = [record.cell(field) for record in records.records]
    return "0" in cells and all(map(_COUNT.fullmatch, cells))


def _named(question: Question, records: Records) -> tuple[Record, ...]:
    """Return the records whose whole name the question has, or words that no other name has.

    Words of fields and those of whole cells are no names: "the cheapest ticket for adults".
    """
    cells = (cell for field in records.fields for cell in records.cell_words[field])
    said = {cell for cell in cells if cell <= question.stems}
    taken = field_words(*records.fields).union(*said)
    spelled = _spelled(question.text, {record.name for record in records.records} - {""})
    within = [stems(name) for name in spelled]
    by_words = [
        record
        for record in records.named(question.stems - taken)
        if not any(stems(record.name) < name for name in within)
    ]
    found = () if are_unlike(by_words, question) else by_words
    return tuple(r for r in records.records if r in found or r.name in spelled)


def _spelled(text: str, named: Collection[str]) -> list[str]:
    """Return the names that stand in a text, but for those inside of longer ones."""
    found: list[str] = []
    for name in sorted(named, key=len, reverse=True):
        left = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
        if left != text:
            found.append(name)
        text = left
    return found


def _measure(question: Question, records: Records) -> Measure | None:
    """Return the measure of a question; what is fastest takes least time where that is written.

    Who has been somewhere longest is there since the earliest year.
    """
    measure = measure_in(question.text)
    if measure and _IN_SERVICE.search(question.text):
        return replace(measure, direction=-1, fields=frozenset())
    if measure and measure.is_speed and records.field_like(measure.fields) is None:
        return measure.by_time()
    return measure


def _without_limits(question: Question) -> Question:
    """Return a question without its bounds: "the cheapest plan with at least 8 seats"."""
    text = without_bounds(question.text)
    return replace(question, text=text, stems=question.stems - (stems(question.text) - stems(text)))


class Asked:
    """A question put to records. `rest` is the question without its bounds."""

    def __init__(self, question: Question, records: Records) -> None:
        self.question = question
        self.records = records
        self.bounds = bounds_in(question.text)
        self.rest = _without_limits(question)
        self.measure = _measure(self.rest, records)
        self.named = _named(self.rest, records)
        own = records.field_named(self.rest.stems - _HAVING)
        fields = self.measure.fields if self.measure else frozenset[str]()
        by_verb = asked_by_verb(self.rest.stems)
        self.is_field_named = own is not None
        self.field = own or records.field_like(fields | by_verb)
        if self.field is None and self.measure and self.measure.of_money:
            self.field = records.priced_field
        if _IN_SERVICE.search(question.text):
            self.field = records.since_field

    def measured(self, records: Sequence[Record], field: str | None = None) -> list["Measured"]:
        """Return the records with their amounts; nothing if one has none or another unit.

        Amounts are those of a field, the one that is asked for if none is given.
        """
        field = field or self.field
        if field is None:
            return []
        found = [
            Measured(record, value, amount)
            for record in records
            if (value := with_unit(record.cell(field), field)) and (amount := amount_of(value))
        ]
        units = {each.amount.unit for each in found}
        if CLOCK in units and not (self.measure and self.measure.of_time):
            return []
        return found if len(found) == len(records) and len(units) == 1 else []


def with_unit(value: str, field: str) -> str:
    """Return a bare number with the unit that its field names: "Range (km)"."""
    _, unit = field_and_unit(field)
    return f"{value} {unit}" if unit and value[-1:].isdigit() else value


@dataclass(frozen=True)
class Measured:
    """A record with the value of the field that is asked for."""

    record: Record
    text: str
    amount: Amount

    @property
    def shown(self) -> str:
        return f"{self.record.label} ({self.text})"
