"""A rule applied to the case of a question: the one of several that holds, and yes or no."""

from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.holding import clause_for, holds_on_day, may_be_closed
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.seasonal_rules import in_season
from askmesh.summarization.sections import section_of
from askmesh.summarization.thresholds import above_a_threshold
from askmesh.summarization.unknown_words import CALENDAR, unknown_in
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems

_MOST_WORDS = 25


def ruled(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the rule that holds for the amount or the day that is asked for; else nothing.

    `ranked` are the units that hold for it, best first, as `within_range` returns them.
    """
    best = ranked[0]
    return (
        _of_several(question, ranked)
        or _of_clauses(question, best)
        or _on_a_day(question, ranked)
        or above_a_threshold(question, ranked)
        or in_season(question, ranked, unknown=_unknown(question, best))
    )


def _of_several(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the one row, item or sentence of several into whose range the amount falls."""
    best = ranked[0]
    alike = [item for item in ranked if item.note and item.table == best.table]
    if not best.note or alike != [best] or question.wanted is Wanted.YES_NO:
        return []
    if lacks_kind(question.text, best.own):
        return []
    if len(best.own.split()) > _MOST_WORDS or len(_unknown(question, best)) > _columns_named(
        question, best
    ):
        return []
    if best.unit.kind is not UnitKind.ROW and not (best.is_entry and best.lead):
        return [Said(plain(best.own), (best,), best.own)]
    return [quoted(best, question.columns)]


def _of_clauses(question: Question, best: EvidenceUnit) -> list[Said]:
    """Return the one clause of several into whose range the amount falls."""
    if question.wanted is Wanted.YES_NO or question.negated or _unknown(question, best):
        return []
    clause = clause_for(question, best)
    return [Said(plain(clause), (best,), best.own)] if clause else []


def _on_a_day(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return whether the row of what is named holds for the day of the week that is asked for."""
    best = ranked[0]
    named = (question.stems & stems(best.own)) - CALENDAR
    if question.wanted is not Wanted.YES_NO or question.negated or not (best.note and named):
        return []
    alike = [item for item in ranked if item.note and item.table == best.table]
    rows = [item for item in alike if named <= stems(item.own)]
    holds = {row: holds_on_day(question, row) for row in rows}
    held = [row for row in rows if holds[row]]
    if best.unit.kind is not UnitKind.ROW or _unknown(question, best) or len(held or rows) != 1:
        return []
    if None in holds.values() or any(may_be_closed(question, row) for row in rows):
        return []
    (row,) = held or rows
    answer = "Yes" if held else "No"
    return [Said(f"{answer}: {quoted(row, question.columns).text}", (row,), row.own)]


def _columns_named(question: Question, item: EvidenceUnit) -> int:
    """Return how many they are, beside that of the range."""
    headers = (stems(name) for name, _ in cells(item)[1:])
    return sum(bool(header) and header <= question.stems for header in headers)


def _unknown(question: Question, item: EvidenceUnit) -> frozenset[str]:
    """Return what the question says that the rule and what is above do not."""
    return unknown_in(f"{item.breadcrumb} {item.lead} {section_of(item)}", question)
