"""What holds for a range: the row, item or sentence that an amount or a day falls into."""

import re
from collections.abc import Iterator, Mapping, Sequence

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.intervals import (
    Interval,
    amounts_of,
    first_amount,
    limit_of,
    weekdays_of,
)
from askmesh.summarization.measures import is_basic, scale_of
from askmesh.summarization.question import Question
from askmesh.text import UnitKind, sentences, stems

_FEWEST = 2
_NEAR = 0.5
_NEAR_IF_NAMED = 0.2
"""An entry with the amount, below a word of the question, says more than its few words score."""
_OPEN = stems("open opening")
_CLOSED = stems("closed shut geschlossen") | {""}
_BETWEEN_CLAUSES = re.compile(r"[,;] (?:and |but )?")
_OF_AGE = stems("age aged old older young younger child children adult senior guest person")


def within_range(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what holds for other amounts or weekdays than the one asked for.

    Of ranges inside of each other the narrowest holds: "up to 10", "up to 100". What is left of
    such a table, list or paragraph stands where the best of it stood, and notes the amount, so that
    it may be repeated. Of prose, and for weekdays, one must be left.
    """
    fits = {
        item: fit
        for item in ranked
        if not question.negated and (fit := _fits(question, item)) is not None
    }
    groups: dict[tuple[object, ...], list[bool]] = {}
    for item, fit in fits.items():
        groups.setdefault(item.table, []).append(fit)
    ruled = {
        item: fit and not _is_wider(question, item, fits)
        for item, fit in fits.items()
        if _rules(question, item, groups[item.table])
    }
    placed = [
        _placed(question, item, ranked, ruled)
        for item in ranked
        if ruled.get(item, True) or _is_named(question, item, ruled)
    ]

    def order(item: EvidenceUnit) -> tuple[float, bool, int]:
        named = question.stems & stems(item.own) if item.note else ()
        return -item.score, not item.note, -len(named)

    return sorted(placed, key=order)


def _rules(question: Question, item: EvidenceUnit, group: Sequence[bool]) -> bool:
    return (item.is_entry and bool(question.amounts)) or (any(group) and len(group) >= _FEWEST)


def _is_named(question: Question, item: EvidenceUnit, ruled: Mapping[EvidenceUnit, bool]) -> bool:
    """Tell whether a question names a row that does not hold for its day: "from Hull on Friday"."""
    fitting = [stems(other.own) for other, fits in ruled.items() if fits]
    named = question.stems & stems(item.own)
    return not question.amounts and bool(named.difference(*fitting))


def _is_wider(question: Question, item: EvidenceUnit, fits: Mapping[EvidenceUnit, bool]) -> bool:
    """Tell whether another row or item beside it holds for a part of what it holds for."""
    beside = [
        other
        for other, fit in fits.items()
        if fit and other.table == item.table and _are_rungs(item, other)
    ]
    own, *others = (next(_ranges(question, one), None) for one in (item, *beside))
    return item.is_entry and any(own and one and one[1].is_inside(own[1]) for one in others)


def _are_rungs(one: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether they hold for the same: of "Max weight: 5" and "30", those of one service."""
    has_limit = any(limit_of(cell) for cell in one.own.split(" | "))
    return not has_limit or one.own.split(" | ")[0] == other.own.split(" | ")[0]


def _placed(
    question: Question,
    item: EvidenceUnit,
    ranked: Sequence[EvidenceUnit],
    ruled: Mapping[EvidenceUnit, bool],
) -> EvidenceUnit:
    if item not in ruled:
        return item
    words = stems(item.own)
    beside = (other for other in ruled if other.table == item.table)
    alike = (other for other in beside if item.is_entry or words & stems(other.own))
    score = max((other.score for other in alike), default=item.score)
    best = ranked[0].score
    noted = item.noting(_note(question))
    is_named = item.is_entry and bool(question.amounts and question.stems & stems(item.breadcrumb))
    near = _NEAR_IF_NAMED if is_named else _NEAR
    return noted.scored(best if score >= near * best else score)


def _note(question: Question) -> str:
    days = (question.text[slice(*span)] for span in question.weekdays)
    return ", ".join((*(f"{amount:g} {unit}".strip() for amount, unit in question.amounts), *days))


def _fits(question: Question, item: EvidenceUnit) -> bool | None:
    """Tell whether what a unit holds for has what is asked for; None if it is no such rule."""
    if item.unit.kind is UnitKind.CODE:
        return None
    for value, interval in _ranges(question, item):
        return interval.has(value)
    fit = holds_on_day(question, item)
    return None if item.unit.kind is UnitKind.SENTENCE else fit


def holds_on_day(question: Question, item: EvidenceUnit) -> bool | None:
    """Tell whether a unit holds for the weekday that is asked for; None if it names none."""
    days = [day for span in question.weekdays for day in weekdays_of(question.text[slice(*span)])]
    if len(days) != 1:
        return None
    if question.stems & _OPEN and (is_open := _is_open(item, days[0].low)) is not None:
        return is_open
    held = list(weekdays_of(item.own))
    return any(interval.has(days[0].low) for interval in held) if held else None


def _is_open(item: EvidenceUnit, day: float) -> bool | None:
    """Tell whether the cell of a day has more than "closed"; None without such a cell."""
    held = [
        value for name, value in cells(item) if any(each.has(day) for each in weekdays_of(name))
    ]
    return not all(stems(value) <= _CLOSED for value in held) if held else None


def clause_for(question: Question, item: EvidenceUnit) -> str:
    """Return the one of several clauses into whose range the amount falls; else nothing.

    "Claims up to 50 are paid, over 50 up to 900 checked, higher ones refused." says "Claims …
    over 50 up to 900 checked" to who asks for 300.
    """
    known = stems(f"{item.breadcrumb} {item.own}")
    for span in sentences(item.own):
        parts = _BETWEEN_CLAUSES.split(item.own[span.start : span.end].rstrip(" .;"))
        ruled = {part: fit for part in parts if (fit := _holds(question, part, known)) is not None}
        fitting = [part for part, fit in ruled.items() if fit]
        if len(ruled) >= _FEWEST and len(fitting) == 1:
            first = next(iter(ruled))
            lead = "" if fitting == [first] else f"{first[: first_amount(first)]}\u2026 "
            return f"{lead}{fitting[0]}."
    return ""


def _holds(question: Question, clause: str, known: frozenset[str]) -> bool | None:
    for amount, unit in question.amounts:
        for interval in list(amounts_of(clause))[:1]:
            value = _in_its_unit(amount, unit, interval, known)
            if value is not None:
                return interval.has(value)
    return None


def _ranges(question: Question, item: EvidenceUnit) -> Iterator[tuple[float, Interval]]:
    """Yield the amounts that are asked for in the units of ranges of a unit, with these."""
    known = stems(f"{item.breadcrumb} {item.own}")
    for amount, unit in question.amounts:
        for cell in item.own.split(" | "):
            for interval in list(amounts_of(cell))[:1] or _some(limit_of(cell)):
                value = _in_its_unit(amount, unit, interval, known)
                if value is not None:
                    yield value, interval


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
    for word in known:
        other, its_scale = scale_of(word)
        if other == basic:
            return amount * scale / its_scale
    is_age = unit == "year" and not interval.unit and bool(known & _OF_AGE)
    return amount if is_age else None
