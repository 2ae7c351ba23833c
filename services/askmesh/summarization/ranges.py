"""Rows and items that hold for a range: the one that an amount falls into, by arithmetic."""

import math
import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question
from askmesh.text import numbers, stems

_NUMBER = r"\d[\d.,]*"
_BETWEEN = re.compile(
    rf"({_NUMBER})\s*(?:to|-|\u2013|\u2014|bis|\u00e0|and|und|a)\s*({_NUMBER})", re.IGNORECASE
)
_BELOW = re.compile(
    rf"(?:under|below|less than|fewer than|unter|weniger als|<)\s*({_NUMBER})", re.IGNORECASE
)
_UP_TO = re.compile(rf"(?:up to|at most|bis(?: zu)?|\u2264|<=)\s*({_NUMBER})", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:over|above|more than|\u00fcber|mehr als|>)\s*({_NUMBER})", re.IGNORECASE)
_FROM = re.compile(
    rf"(?:from|at least|ab|\u2265|>=)\s*({_NUMBER})|({_NUMBER})\s*(?:\+|or more|and more)",
    re.IGNORECASE,
)


def within_range(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without rows and items whose range excludes the amount that is asked for.

    What is left of such a table comes first, and notes the amount, so that it may be repeated.
    """
    if not question.amounts:
        return list(ranked)
    kept: list[EvidenceUnit] = []
    fitting: list[EvidenceUnit] = []
    for item in ranked:
        fits = _fits(question, item)
        if fits is None:
            kept.append(item)
        elif fits:
            fitting.append(item.noting(_note(question)))
    best = max((item.score for item in (*kept, *fitting)), default=0.0)
    return [*(item.scored(max(item.score, best)) for item in fitting), *kept]


def _note(question: Question) -> str:
    return ", ".join(f"{amount:g} {unit}" for amount, unit in question.amounts)


def _fits(question: Question, item: EvidenceUnit) -> bool | None:
    """Tell whether the range of a row or an item has the amount; None if it has no range."""
    if not item.is_entry:
        return None
    known = stems(f"{item.breadcrumb} {item.own}")
    for amount, unit in question.amounts:
        for cell in item.own.split(" | "):
            bounds = _bounds(cell)
            if bounds and unit in known:
                low, high, closed = bounds
                return low < amount < high or (closed and amount in {low, high})
    return None


def _bounds(cell: str) -> tuple[float, float, bool] | None:
    if match := _BETWEEN.search(cell):
        return _value(match[1]), _value(match[2]), True
    if match := _BELOW.search(cell):
        return -math.inf, _value(match[1]), False
    if match := _ABOVE.search(cell):
        return _value(match[1]), math.inf, False
    if match := _UP_TO.search(cell):
        return -math.inf, _value(match[1]), True
    if match := _FROM.search(cell):
        return _value(match[1] or match[2]), math.inf, True
    return None


def _value(text: str) -> float:
    found = numbers(text.rstrip(".,"))
    try:
        return float(found[0]) if found else math.nan
    except ValueError:
        return math.nan
