"""Answers that are read off records by arithmetic: the largest, which of two, how many, the sum."""

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from askmesh.summarization.asked_records import (
    BOUND,
    Asked,
    Measured,
    counted_fields,
    is_about,
)
from askmesh.summarization.conditions import columns_of, fitting, is_ranked_so, is_yes_or_no
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.looking_up import looked_up
from askmesh.summarization.measures import field_and_unit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.records import ABOVE, Record, Records
from askmesh.summarization.said import Said
from askmesh.text import is_stop_word, stems

_SUM = re.compile(r"\b(?:total|sum|altogether|combined|together)\b", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)
_DIFFERENCE = re.compile(r"\b(?:differen\w+|differ|compar\w+|versus|vs)\b", re.IGNORECASE)
_WHICH = re.compile(r"\s*(?:which|what|list|name|who)\b", re.IGNORECASE)
_TO_DO = re.compile(
    r"\bwhat (?:to|(?:do|does|did|should|must|shall|can|could|will|would) \w+"
    r"(?: (?:have|need) to)?) do\b",
    re.IGNORECASE,
)
"""What somebody does is in no cell: "What do I have to do on the day?" asks for no day."""
_HOW_MANY = re.compile(r"^\s*how many\b|\b(?:number|count) of\b", re.IGNORECASE)
_TWO = 2
_CITED = 8


def calculated(question: Question, records: Records, *, best: EvidenceUnit) -> list[Said]:
    """Return the answer to `question` if it can be read off `records`; else nothing.

    `best` is the unit that was ranked first of all.
    """
    if _TO_DO.search(question.text):
        return []
    if not (is_about(question, records) or is_ranked_so(question, records, best)):
        return []
    asked = Asked(question, records)
    ways: tuple[Callable[[Asked], list[Said]], ...] = (
        _compared, _extreme, _summed, _counted, _listed, _differences, looked_up,
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
    return [_said(f"{sure}{text}", [more.record, less.record], asked.field)]


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
    return [_said(text, [each.record for each in found], asked.field)]


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
    return [_said(text + ", ".join(each.shown for each in all_of) + ".", chosen, asked.field)]


def _counted(asked: Asked) -> list[Said]:
    if not _HOW_MANY.search(asked.question.text) or asked.named or _asks_for_cells(asked):
        return []
    found = fitting(asked)
    if found is None:
        if BOUND.search(asked.question.text):
            return []
        found = asked.records.records
    names = ", ".join(record.label for record in found)
    return [
        _said(f"{len(found)}: {names}." if found else "0.", found or asked.records.records, None)
    ]


def _asks_for_cells(asked: Asked) -> bool:
    """Tell whether the field that is named is what is asked for: "how many seats", "the range"."""
    is_bound = BOUND.search(asked.question.text) is not None
    is_flag = asked.field is not None and (
        is_yes_or_no(asked, asked.field)
        or asked.field in counted_fields(asked.question, asked.records)
    )
    return asked.field not in {None, *columns_of(asked)} and not is_bound and not is_flag


def _listed(asked: Asked) -> list[Said]:
    text = asked.question.text
    if asked.named or not _WHICH.match(text) or _DIFFERENCE.search(text):
        return []
    found = fitting(asked)
    if found and not _asks_for_cells(asked):
        names = ", ".join(record.label for record in found)
        return [] if _asks_for_no_names(asked) else [_said(f"{names}.", found, None)]
    if not found or len(found) < _TWO:
        return []  # one cell: the language model says it in a sentence
    cells = ", ".join(
        f"{record.label} ({record.cell(asked.field or '') or '-'})" for record in found
    )
    return [_said(f"{cells}.", found, asked.field)]


def _asks_for_no_names(asked: Asked) -> bool:
    """Tell whether what is asked for is no name of rows: "what does", or "what port" in a cell."""
    what, *words = asked.question.text.lower().split()
    nouns = list(takewhile(lambda word: not is_stop_word(word.strip("?,.")), words))
    if not nouns:
        return what.startswith("what")
    above = stems(" ".join((asked.records.name_field, *asked.records.fields)))
    cells = columns_of(asked)
    in_cells = frozenset[str]().union(*(cells[field] for field in cells if field != ABOVE))
    return stems(" ".join(nouns)) <= in_cells - above


def _differences(asked: Asked) -> list[Said]:
    """Return in which fields the two that are named differ, and how."""
    if len(asked.named) != _TWO or not _DIFFERENCE.search(asked.question.text):
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
    return [_said(f"{one.name} against {other.name}: {'; '.join(told)}.", [one, other], None)]


def _said(text: str, records: Sequence[Record], field: str | None) -> Said:
    units: list[EvidenceUnit] = []
    for record in records[:_CITED]:
        units.extend(record.units_of(field) if field else record.units)
    return Said(text, tuple(units), units[0].own)
