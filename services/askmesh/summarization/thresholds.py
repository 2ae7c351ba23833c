"""What changes from an amount on: "All have 24 days. After five years it goes up to 27 days."."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.intervals import IN_FULL
from askmesh.summarization.measures import amount_of, is_basic, scale_of
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.said import Said
from askmesh.summarization.unknown_words import unknown_in
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, numbers

_NEAR_UNITS = 12
_MOST_WORDS = 25
_NUMBER = r"(?P<figure>\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_FROM_ON = re.compile(
    rf"\b(?:after|over|beyond|at least|more than) (?:the first )?{_NUMBER} "
    rf"{IN_FULL}(?P<unit>[^\W\d_]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Step:
    """What changes from an amount on, `low` of its basic unit, and the statement before it."""

    low: float
    base: EvidenceUnit
    item: EvidenceUnit


def above_a_threshold(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return what holds from the last amount on that is reached, and what holds before.

    One of both is the best statement. Both tell an amount of one kind, and have, with what stands
    above them, all that the question names.
    """
    if question.wanted is Wanted.YES_NO or question.negated or len(question.amounts) != 1:
        return []
    steps = sorted(_steps(question, ranked), key=lambda step: step.low)
    if len({step.item.group for step in steps}) != 1:
        return []
    ((amount, unit),) = question.amounts
    reached = [step for step in steps if step.low <= amount * scale_of(unit)[1]]
    step = (reached[-1:] or steps)[0]
    pair = (step.base, step.item)
    above = f"{ranked[0].breadcrumb} {' '.join(item.own for item in pair)}"
    if ranked[0] not in pair or unknown_in(above, question) or _is_changed(pair, question, ranked):
        return []
    return [Said(plain(" ".join(item.own for item in pair)), pair, pair[0].own)]


def _is_changed(
    pair: Sequence[EvidenceUnit], question: Question, ranked: Sequence[EvidenceUnit]
) -> bool:
    near = ranked[:_NEAR_UNITS]
    return any(is_overtaken(question, item, other) for item in pair for other in near)


def _steps(question: Question, ranked: Sequence[EvidenceUnit]) -> Iterator[_Step]:
    """Yield what changes, each with the last statement before it that has such an amount."""
    found = ((item, match) for item in ranked if (match := _threshold_in(item, question)))
    for item, match in found:
        told = _told_by(item, item.own.replace(match[0], " "))
        before = [other for other in ranked if _is_before(other, item) and _told_by(other) == told]
        if told and before:
            low = float(next(iter(numbers(match["figure"])), 1)) * scale_of(match["unit"])[1]
            yield _Step(low, max(before, key=lambda other: other.unit.start), item)


def _threshold_in(item: EvidenceUnit, question: Question) -> re.Match[str] | None:
    """Return where a sentence names the one amount of the kind asked for from which on it holds."""
    found = list(_FROM_ON.finditer(item.own))
    ((_, asked),) = question.amounts
    kinds = {scale_of(unit)[0] for unit in (asked, *(match["unit"] for match in found))}
    return found[0] if len(found) == len(kinds) == 1 and is_basic(kinds.pop()) else None


def _is_before(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    return item.group == other.group and item.unit.end <= other.unit.start


def _told_by(item: EvidenceUnit, text: str = "") -> str:
    """Return the kind of the first amount that a short sentence tells; nothing if it has none."""
    is_short = item.unit.kind is UnitKind.SENTENCE and len(item.own.split()) <= _MOST_WORDS
    amount = amount_of(text or item.own) if is_short else None
    return amount.unit if amount else ""
