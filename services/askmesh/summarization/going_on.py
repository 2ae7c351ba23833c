"""Sentences that go on about the best one, and have what that one lacks: a price, a time."""

from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.question import Question
from askmesh.text import UnitKind


def going_on_first(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, before a best sentence without the kind that is asked for one that has it.

    Such a sentence leans on the best one: "Hens are vaccinated here. It costs 3 euros a bird.".
    """
    best = ranked[0] if ranked else None
    if best is None or best.unit.kind is not UnitKind.SENTENCE:
        return list(ranked)
    if not lacks_kind(question.text, best.own):
        return list(ranked)
    found = next((item for item in ranked if _tells_it(question, item, best)), None)
    if found is None:
        return list(ranked)
    return [found.scored(best.score), *(item for item in ranked if item != found)]


def _tells_it(question: Question, item: EvidenceUnit, best: EvidenceUnit) -> bool:
    goes_on = item.group == best.group and leans_on(item, best)
    return goes_on and not lacks_kind(question.text, item.own)


def leans_on(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether a unit makes no sense without one before it: "There is no other way"."""
    return any(span.start <= other.unit.start < span.end for span in item.unit.lead)
