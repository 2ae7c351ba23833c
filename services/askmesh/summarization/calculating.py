"""Answers that are read off records by arithmetic: the largest, which of two, how many, the sum."""

import re
from collections.abc import Callable, Sequence

from askmesh.summarization.asked_records import BOUND, Asked, Measured, is_about, spelled_out
from askmesh.summarization.conditions import fitting, is_ranked_so
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.listing import DIFFERENCE, asks_for_cells, listed
from askmesh.summarization.looking_up import looked_up
from askmesh.summarization.measures import field_and_unit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.records import Record, Records, said_of
from askmesh.summarization.said import Said
from askmesh.text import stems

_SUM = re.compile(r"\b(?:total|sum|altogether|combined|together)\b", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)
_TO_DO = re.compile(
    r"\bwhat (?:to|(?:do|does|did|should|must|shall|can|could|will|would) \w+"
    r"(?: (?:have|need) to)?) do\b",
    re.IGNORECASE,
)
"""What somebody does is in no cell: "What do I have to do on the day?" asks for no day."""
_HOW_MANY = re.compile(r"^\s*how many\b|\b(?:number|count) of\b", re.IGNORECASE)
_QUANTITY = stems("quantity qty stock pieces")
_PLACE = stems("place location room site store shelf")
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_TWO = 2


def calculated(question: Question, records: Records, *, best: EvidenceUnit) -> list[Said]:
    """Return the answer to `question` if it can be read off `records`; else nothing.

    `best` is the unit that was ranked first of all.
    """
    if _TO_DO.search(question.text):
        return []
    question = spelled_out(question, records)
    if not (is_about(question, records) or is_ranked_so(question, records, best)):
        return []
    asked = Asked(question, records)
    ways: tuple[Callable[[Asked], list[Said]], ...] = (
        _compared, _extreme, _summed, _counted, listed, _differences, looked_up,
    )  # fmt: skip
    for way in ways:
        if said := way(asked):
            return said
    return []


def _compared(asked: Asked) -> list[Said]:
    """Return which of the two that are named is more, with both figures."""
    measure = asked.measure
    named = asked.named or asked.records.told_apart(asked.question.stems)
    if not (named or BOUND.search(asked.question.text) or (measure and measure.is_extreme)):
        named = tuple(fitting(asked) or ())
    if measure is None or not measure.compares or len(named) != _TWO:
        return []
    both = asked.measured(named)
    if len(both) != _TWO:
        return []
    more, less = sorted(both, key=lambda each: -measure.direction * each.amount.value)
    field = field_and_unit(asked.field or "")[0].lower()
    if more.amount == less.amount:
        text = f"Both have the same {field}: {more.text}."
    elif asked.is_field_named:
        article = "" if measure.word in {"more", "less", "fewer"} else "the "
        text = f"{more.record.label} has {article}{measure.word} {field}: {_against(more, less)}"
    else:
        text = f"{more.record.label} is {measure.word}: {_against(more, less)}"
    first = named[0] if _is_first(asked, named[0]) else named[1]
    agreed = "Yes: " if more.record is first and more.amount != less.amount else "No: "
    sure = agreed if asked.question.wanted is Wanted.YES_NO else ""
    return [said_of(f"{sure}{text}", [more.record, less.record], asked.field)]


def _is_first(asked: Asked, record: Record) -> bool:
    """Tell whether the record is the one that stands before "than" in the question."""
    before = asked.question.text.partition(" than ")[0]
    return record in (asked.records.named(stems(before)) or asked.records.told_apart(stems(before)))


def _against(more: Measured, less: Measured) -> str:
    return f"{more.text}, against {less.text} for {less.record.label}."


def _extreme(asked: Asked) -> list[Said]:
    measure = asked.measure
    if measure is None or not measure.is_extreme or asked.named:
        return []
    all_of = asked.measured(fitting(asked) or asked.records.records)
    if not all_of:
        return []
    best = max(measure.direction * each.amount.value for each in all_of)
    found = [each for each in all_of if measure.direction * each.amount.value == best]
    text = f"{', '.join(each.shown for each in found)}."
    return [said_of(text, [each.record for each in found], asked.field)]


def _summed(asked: Asked) -> list[Said]:
    is_sum, is_mean = _SUM.search(asked.question.text), _MEAN.search(asked.question.text)
    if not (is_sum or is_mean):
        return []
    chosen = asked.named if len(asked.named) >= _TWO else fitting(asked) or asked.records.records
    all_of = asked.measured(chosen)
    written = [amount for each in all_of if (amount := re.search(r"\d[\d.,]*", each.text))]
    units = {
        each.text.replace(found.group(), "\0") for each, found in zip(all_of, written, strict=True)
    }
    if len(units) != 1:
        return []
    values = [float(found.group().rstrip(".,").replace(",", "")) for found in written]
    result = sum(values) / (len(values) if is_mean else 1)
    text = f"{units.pop().replace(chr(0), f'{round(result, 2):.12g}')}: "
    return [said_of(text + ", ".join(each.shown for each in all_of) + ".", chosen, asked.field)]


def _counted(asked: Asked) -> list[Said]:
    if not _HOW_MANY.search(asked.question.text) or asks_for_cells(asked):
        return []
    if held := _in_stock(asked, asked.named or fitting(asked) or ()):
        return held
    if asked.named:
        return []
    found = fitting(asked)
    if found is None:
        if BOUND.search(asked.question.text):
            return []
        found = asked.records.records
    names = ", ".join(record.label for record in found)
    return [
        said_of(f"{len(found)}: {names}." if found else "0.", found or asked.records.records, None)
    ]


def _in_stock(asked: Asked, found: Sequence[Record]) -> list[Said]:
    """Return how many there are of each of the rows, where a column says so: "Quantity"."""
    field = asked.records.field_like(_QUANTITY)
    if field is None or not 0 < len(found) < len(asked.records.records):
        return []
    place = asked.records.field_like(_PLACE) if _WHERE.search(asked.question.text) else None
    told = (
        ", ".join(filter(None, (record.cell(field), record.cell(place) if place else "")))
        for record in found
    )
    cells = "; ".join(f"{record.label}: {cell}" for record, cell in zip(found, told, strict=True))
    return [said_of(f"{cells}.", found, field)]


def _differences(asked: Asked) -> list[Said]:
    """Return in which fields the two that are named differ, and how."""
    if len(asked.named) != _TWO or not DIFFERENCE.search(asked.question.text):
        return []
    one, other = asked.named
    named = [field for field in asked.records.fields if stems(field) & asked.question.stems]
    told = [
        f"{field} {one.values.get(field) or '-'} against {other.values.get(field) or '-'}"
        for field in named or asked.records.fields
        if one.values.get(field) != other.values.get(field)
    ]
    if not told:
        return []
    return [said_of(f"{one.name} against {other.name}: {'; '.join(told)}.", [one, other], None)]
