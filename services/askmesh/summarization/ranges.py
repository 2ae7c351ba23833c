"""What holds for a range: the row, item or sentence that an amount or a day falls into."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.holding import has_limit, holds_on_day, ranges_of, tells_the_rest
from askmesh.summarization.intervals import Interval
from askmesh.summarization.question import Question
from askmesh.text import UnitKind, is_negated, stems

_FEWEST = 2
_WITHOUT = re.compile(r"\bwithout\b", re.IGNORECASE)
_NEAR = 0.5
_NEAR_IF_NAMED = 0.2
"""An entry with the amount, below a word of the question, says more than its few words score."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A unit that holds for amounts or days, and whether for those that are asked for.

    `rung` is the first cell of a row whose header is a limit: "Max weight: 5" and "30" are compared
    for one service. Without it, bands are compared with all of their table. `score` is the best of
    those beside it.
    """

    item: EvidenceUnit
    words: frozenset[str]
    fits: bool
    interval: Interval | None
    rung: str | None
    score: float = 0.0


def within_range(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what holds for other amounts or weekdays than the one asked for.

    Of ranges inside of each other the narrowest holds: "up to 10", "up to 100". What is left of
    such a table, list or paragraph stands where the best of it stood, and notes the amount, so that
    it may be repeated. Of prose, and for weekdays, one must be left. A row that is named is left,
    too, if it does not hold for the day: "from Hull on Friday".
    """
    tables: dict[tuple[object, ...], list[_Case]] = defaultdict(list)
    for item in ranked:
        if case := _case(question, item):
            tables[item.table].append(case)
    ruled = {case.item: case for cases in tables.values() for case in _ruled(question, cases)}
    told = frozenset[str]().union(*(case.words for case in ruled.values() if case.fits))

    def is_left(item: EvidenceUnit) -> bool:
        case = ruled.get(item)
        is_named = case and not question.amounts and question.stems & case.words - told
        return case is None or case.fits or bool(is_named)

    def order(item: EvidenceUnit) -> tuple[float, bool, int]:
        named = question.stems & stems(item.own) if item.note else ()
        return -item.score, not item.note, -len(named)

    left = (item for item in ranked if is_left(item))
    best = ranked[0].score if ranked else 0.0
    placed = (_placed(question, ruled[item], best=best) if item in ruled else item for item in left)
    return sorted(placed, key=order)


def _case(question: Question, item: EvidenceUnit) -> _Case | None:
    """Return what a unit holds for; None if it is no such rule, or a rule turned round is asked."""
    if _is_turned_round(question) or item.is_code:
        return None
    found = list(ranges_of(question, item))
    fitting = [interval for value, interval in found if interval.has(value)]
    interval = next(iter((*fitting, *(each for _, each in found))), None)
    is_prose = item.unit.kind is UnitKind.SENTENCE
    fits = bool(fitting) if found else None if is_prose else holds_on_day(question, item)
    if fits is None:
        return None
    fits = fits or (item.unit.kind is not UnitKind.ROW and tells_the_rest(item.own))
    rung = item.own.partition(" | ")[0] if has_limit(item) else None
    return _Case(item, stems(item.own), fits, interval, rung)


def _is_turned_round(question: Question) -> bool:
    """Tell whether what does not hold is asked for; "without me" denies no rule."""
    return question.negated and is_negated(_WITHOUT.sub(" ", question.text))


def _ruled(question: Question, cases: Sequence[_Case]) -> Iterator[_Case]:
    """Yield those of a table, list or paragraph that are ruled by it: the narrowest of all fit."""
    is_table = any(case.fits for case in cases) and len(cases) >= _FEWEST
    is_asked = bool(question.amounts)
    ruled = [case for case in cases if is_table or (case.item.is_entry and is_asked)]
    intervals: dict[str | None, set[Interval]] = defaultdict(set)
    for case in cases:
        if case.fits and case.interval:
            intervals[None].add(case.interval)
            intervals[case.item.own.partition(" | ")[0]].add(case.interval)
    best = max((case.item.score for case in ruled), default=0.0)
    for case in ruled:
        is_wider = case.item.is_entry and _has_narrower(case.interval, intervals[case.rung])
        alike = (other.item.score for other in ruled if case.words & other.words)
        score = best if case.item.is_entry else max(alike, default=case.item.score)
        yield replace(case, fits=case.fits and not is_wider, score=score)


def _has_narrower(own: Interval | None, others: set[Interval]) -> bool:
    return own is not None and any(other.is_inside(own) for other in others)


def _placed(question: Question, case: _Case, *, best: float) -> EvidenceUnit:
    item = case.item
    is_named = item.is_entry and bool(question.amounts and question.stems & stems(item.breadcrumb))
    near = _NEAR_IF_NAMED if is_named else _NEAR
    return item.noting(_note(question)).scored(best if case.score >= near * best else case.score)


def _note(question: Question) -> str:
    days = (question.text[slice(*span)] for span in question.weekdays)
    return ", ".join((*(f"{amount:g} {unit}".strip() for amount, unit in question.amounts), *days))
