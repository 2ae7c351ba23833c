"""What a row, item or sentence holds for: the amount, or the day of the week, that is asked for."""

import re
from collections.abc import Iterator

from askmesh.summarization.bounds import Bound, bounds_in
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.intervals import (
    Interval,
    amounts_of,
    limit_of,
    weekdays_of,
)
from askmesh.summarization.measures import is_basic, scale_of
from askmesh.summarization.question import Question
from askmesh.text import numbers, sentences, stems

_A_LITTLE = 1e-9
"""The share by which an amount differs from one that it is under or over."""
OPEN = stems("open opening")
CLOSED = stems("closed closing shut geschlossen")
_REST = re.compile(
    r"\b(?:(?:later|earlier|sooner|less|fewer|more|longer|shorter|older|younger) than that"
    r"|(?:after|before|above|below|beyond|over|under) that|otherwise|in (?:all )?other cases)\b",
    re.IGNORECASE,
)
"""Says what holds outside of the range that was told before."""
_BETWEEN_CLAUSES = re.compile(r"[,;] (?:and |but )?")
_HEADS = stems("people person guest visitor adult child pupil student participant member employee")
_OF_SIZE = stems("size group party headcount people person")
_OF_AGE = stems(
    "age aged old older young younger child children adult senior guest person junior youth teen"
    " teenager kid boy girl toddler baby infant minor pensioner"
)


def holds_on_day(question: Question, item: EvidenceUnit) -> bool | None:
    """Tell whether a unit holds for the weekday that is asked for; None if it names none."""
    days = [day for span in question.weekdays for day in weekdays_of(question.text[slice(*span)])]
    if len(days) != 1:
        return None
    if question.stems & OPEN and (is_open := _is_open(item, days[0].low)) is not None:
        return is_open
    held = list(weekdays_of(item.own))
    return any(interval.has(days[0].low) for interval in held) if held else None


def may_be_closed(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether a row says "closed" of something else than whole days, or the question does."""
    of_days = [cell for header, cell in cells(item) if list(weekdays_of(header))]
    partly = (cell for cell in of_days if numbers(cell))
    beside = (cell for _, cell in cells(item) if cell not in of_days)
    said = (question.text, *partly, *beside, *(header for header, _ in cells(item)))
    return bool(stems(" ".join(said)) & CLOSED)


def _is_open(item: EvidenceUnit, day: float) -> bool | None:
    """Tell whether the cell of a day says more than "closed"; None if no cell tells."""
    held = [
        value for name, value in cells(item) if any(each.has(day) for each in weekdays_of(name))
    ]
    shut = [not value.strip() or bool(stems(value) & CLOSED) for value in held]
    is_partly = any(stems(value) & CLOSED and numbers(value) for value in held)
    return None if not held or is_partly else not all(shut)


def clause_for(question: Question, item: EvidenceUnit) -> str:
    """Return the clause into whose range the amount falls, if another tells the rest; else nothing.

    Of "Nothing up to 50, half of it otherwise", the second one needs the first.
    """
    known = stems(f"{item.breadcrumb} {item.own}")
    for span in sentences(item.own):
        parts = _BETWEEN_CLAUSES.split(item.own[span.start : span.end].rstrip(" .;"))
        ruled = {part: fit for part in parts if (fit := _holds(question, part, known)) is not None}
        fitting = [part for part, fit in ruled.items() if fit]
        if len(ruled) == 1 and tells_the_rest(parts[-1]):
            return f"{fitting[0]}." if fitting else item.own[span.start : span.end]
    return ""


def tells_the_rest(text: str) -> bool:
    """Tell whether a text says what holds outside of a range: "later than that", "otherwise"."""
    return _REST.search(text) is not None


def _holds(question: Question, clause: str, known: frozenset[str]) -> bool | None:
    for amount, unit in _asked(question):
        for interval in list(amounts_of(clause))[:1]:
            value = _in_its_unit(amount, unit, interval, known)
            if value is not None:
                return interval.has(value)
    return None


def _asked(question: Question) -> Iterator[tuple[float, str]]:
    """Yield the amounts of a question, a little less or more where it says "under" or "over"."""
    if not question.amounts:
        return
    strict = [bound for bound in bounds_in(question.text) if not bound.is_closed]
    for amount, unit in question.amounts:
        sides = [bound.is_low for bound in strict if amount in _figures(bound)]
        beyond = sum(_A_LITTLE if is_low else -_A_LITTLE for is_low in sides[:1])
        yield amount * (1 + beyond), unit


def _figures(bound: Bound) -> list[float]:
    return [float(figure) for figure in numbers(bound.figure) if figure.replace(".", "").isdigit()]


def ranges_of(question: Question, item: EvidenceUnit) -> Iterator[tuple[float, Interval]]:
    """Yield the amounts that are asked for in the units of ranges of a unit, with these."""
    known = stems(f"{item.breadcrumb} {item.own}")
    for amount, unit in _asked(question):
        for cell in item.own.split(" | "):
            for interval in list(amounts_of(cell))[:1] or _some(limit_of(cell)):
                value = _in_its_unit(amount, unit, interval, known)
                if value is not None:
                    yield value, interval


def has_limit(item: EvidenceUnit) -> bool:
    """Tell whether a header of a row says that its cell is a limit: "Max weight kg"."""
    return any(limit_of(cell) for cell in item.own.split(" | "))


def _some(interval: Interval | None) -> list[Interval]:
    return [interval] if interval else []


def _in_its_unit(
    amount: float, unit: str, interval: Interval, known: frozenset[str]
) -> float | None:
    """Return an amount in the unit of an interval, or of what stands above; None if in no such."""
    if not unit:
        return amount
    basic, scale = scale_of(unit)
    if interval.unit == basic:
        return amount * scale / interval.scale
    if is_basic(interval.unit):
        return None
    for word in sorted(known, key=lambda word: (word != unit, word)):
        other, its_scale = scale_of(word)
        if other == basic:
            return amount * scale / its_scale
    is_age = unit == "year" and bool(known & _OF_AGE)
    is_size = unit in _HEADS and bool(known & _OF_SIZE)
    return amount if (is_age or is_size) and not interval.unit else None
