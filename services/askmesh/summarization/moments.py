"""Days and months that a question names, and what holds for others."""

import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.naming import days_in
from askmesh.summarization.question import Question, Wanted
from askmesh.text import MONTH_PATTERN

_PERIOD = re.compile(
    rf"\b(?:for|in|of|during)\s+({MONTH_PATTERN})\b(?!\.?\s+\d{{1,2}}\b)", re.IGNORECASE
)
_FROM_OR_TO = re.compile(
    r"\b(?:from|since|after|before|until|till|by|between|starting|as of|every)\b", re.IGNORECASE
)


def without_other_times(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without what is of another day or month than the one asked for.

    Where entries of a table or list have the day, its others do not count. A figure "for March" is
    no answer about June; a rule from March on may be.
    """
    tables = {item.table for item in ranked if item.is_entry and _has_a_day(question, item)}
    return [
        item
        for item in ranked
        if not (item.is_entry and item.table in tables and not _has_a_day(question, item))
        and not _is_of_another_month(question, item)
    ]


def _has_a_day(question: Question, item: EvidenceUnit) -> bool:
    return bool(question.days and question.days & days_in(item.own))


def _is_of_another_month(question: Question, item: EvidenceUnit) -> bool:
    if question.wanted is not Wanted.NUMBER or _FROM_OR_TO.search(item.own):
        return False
    asked, said = _periods(question.text), _periods(item.own)
    return bool(asked and said) and not asked & said


def _periods(text: str) -> set[str]:
    return {match[1][:3].lower() for match in _PERIOD.finditer(text)}
