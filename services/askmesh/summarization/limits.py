"""Limits that the records asked for keep: bounds of amounts."""

import re
from collections.abc import Callable

from askmesh.summarization.asked_records import Asked, with_unit
from askmesh.summarization.bounds import Bound
from askmesh.summarization.measures import amount_of, asked_by_verb, measure_in
from askmesh.summarization.records import Record, field_words
from askmesh.text import stems

_PLACES = stems("capacity seats places people persons guests")
_FIGURES = re.compile(r"[\d.,]+")

Condition = Callable[[Record], bool]


def limits_of(asked: Asked) -> list[Condition] | None:
    """Return the conditions that bounds of a question are; None if one is not clear, or a day."""
    found = [_within(asked, bound) for bound in asked.bounds]
    if asked.question.days:
        return None
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def _within(asked: Asked, bound: Bound) -> Condition | None:
    limit = amount_of(bound.figure)
    field = _field_of(asked, bound)
    if limit is None or field is None:
        return None
    limit = amount_of(with_unit(bound.figure, field)) or limit
    all_of = asked.measured(asked.records.records, field)
    if not all_of or (not limit.unit and _units_written(asked, field) > 1):
        return None
    units = {all_of[0].amount.unit, "", *field_words(field)}
    if limit.unit not in units and not bound.is_room:
        return None
    amounts = {id(each.record): each.amount.value for each in all_of}
    return lambda record: bound.holds(amounts[id(record)], limit.value)


def _field_of(asked: Asked, bound: Bound) -> str | None:
    """Return the field that a bound is one of: that of its noun, its measure or its unit."""
    records = asked.records
    measure = measure_in(bound.text)
    words = stems(bound.figure), measure.fields if measure else frozenset[str]()
    named = next((field for each in words if (field := records.field_like(each))), None)
    places = records.field_like(_PLACES) if bound.is_room else None
    if found := places or named:
        return found
    alike = [field for field in records.fields if _has_unit_of(asked, field, bound)]
    if asked.field in alike:
        return asked.field
    if alike:
        return alike[0] if len(alike) == 1 else None
    return asked.field if _fields_named(asked) <= {asked.field} else None


def _fields_named(asked: Asked) -> set[str | None]:
    """Return the fields that the question names or has a verb for: of several, which has bounds?"""
    words = asked.question.stems | asked_by_verb(asked.question.stems)
    return {field for field in asked.records.fields if field_words(field) & words}


def _units_written(asked: Asked, field: str) -> int:
    """Return how many units cells have: over 5 may be grams or kilograms."""
    return len({_FIGURES.sub("", record.cell(field)).strip() for record in asked.records.records})


def _has_unit_of(asked: Asked, field: str, bound: Bound) -> bool:
    limit = amount_of(bound.figure)
    all_of = asked.measured(asked.records.records, field)
    return bool(limit and limit.unit and all_of and all_of[0].amount.unit == limit.unit)
