"""Whom or what the lines of a form are about."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from askmesh.text._blocks import begins_with_a_day, value_of
from askmesh.text._sentences import Span
from askmesh.text._unit import Unit, UnitKind
from askmesh.text._words import stems


def with_subjects(text: str, found: Sequence[Unit], wanted: Collection[str]) -> Iterator[Unit]:
    """Yield the units `found` in `text`, those of a form with the line that names what is wanted.

    "Phone: 5521" tells Mira's number if "Contact: Mira" is a line of the same form. `wanted` are
    the stems of a question. A line that names it itself stays as it is.
    """
    subjects: dict[int, Unit] = {}
    for unit in found:
        if _is_of_a_form(text, unit) and _names_any(text, unit, wanted):
            subjects.setdefault(unit.group, unit)
    for unit in found:
        subject = subjects.get(unit.group)
        if subject is None or _names_any(text, unit, wanted):
            yield unit
        else:
            yield replace(unit, lead=(Span(subject.start, subject.end), *unit.lead))


def _is_of_a_form(text: str, unit: Unit) -> bool:
    is_line = unit.kind is UnitKind.KEY_VALUE
    return is_line and not begins_with_a_day(text[unit.start : unit.end])


def _names_any(text: str, unit: Unit, wanted: Collection[str]) -> bool:
    value = value_of(text[unit.start : unit.end])
    words = (word for word in value.split() if word[0].isupper())
    return any(stems(word) & frozenset(wanted) for word in words)
