"""Evidence for each part of a question that has several."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from askmesh.summarization.evidence import EvidenceSentence
from askmesh.summarization.overlap import question_overlap


@dataclass(frozen=True, slots=True)
class PartFloors:
    """The share of a part's words that a sentence needs if it has a good score, and if not.

    A sentence is scored against the whole question, so one that answers a part may score low: with
    `quote_overlap` it counts as one of `quote_score`.
    """

    evidence_overlap: float
    evidence_score: float
    quote_overlap: float
    quote_score: float


def parts_first(
    ranked: Sequence[EvidenceSentence], parts: Sequence[str], floors: PartFloors
) -> tuple[list[EvidenceSentence], int]:
    """Return `ranked` with the best sentence for each part first, and how many these are.

    Parts for which no sentence has enough of their words find none. Titles count as words of
    their sentences.
    """
    texts = [f"{item.source.title} {item.text_in_context}" for item in ranked]
    raised: dict[int, EvidenceSentence] = {}
    for part in parts:
        overlaps = question_overlap(part, texts)
        left = [index for index in range(len(ranked)) if index not in raised]
        best = max(left, key=lambda index: (overlaps[index], -index), default=None)
        if best is not None and _answers(ranked[best], overlaps[best], floors):
            raised[best] = _raised(ranked[best], overlaps[best], floors)
    rest = [item for index, item in enumerate(ranked) if index not in raised]
    return [*raised.values(), *rest], len(raised)


def _answers(item: EvidenceSentence, overlap: float, floors: PartFloors) -> bool:
    if item.score >= floors.evidence_score:
        return overlap >= floors.evidence_overlap
    return overlap >= floors.quote_overlap


def _raised(item: EvidenceSentence, overlap: float, floors: PartFloors) -> EvidenceSentence:
    if overlap < floors.quote_overlap:
        return item
    return replace(item, score=max(item.score, floors.quote_score))
