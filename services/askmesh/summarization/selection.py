"""Some of the units: those of one document, the newest, all of a list, the best for each part."""

from collections.abc import Sequence

from askmesh.summarization.dates import newest_first
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.overlap import question_overlap
from askmesh.summarization.question import Question
from askmesh.text import stems

_PARTS_OF_A_DOCUMENT = 6
_NEAR_THE_BEST = 0.3
_PART_OVERLAP = 0.5
_TITLE_SHARE = 0.5


def of_document(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return the first unit of each passage of the document that the question names."""
    best = max(ranked, key=lambda item: len(stems(item.source.title) & question.stems))
    title = stems(best.source.title)
    if not title or len(title & question.stems) < _TITLE_SHARE * len(title):
        return []
    own = [item for item in ranked if item.source.document_id == best.source.document_id]
    own.sort(key=lambda item: (item.source.position, item.unit.start))
    firsts = {item.source_number: item for item in reversed(own)}
    chosen = sorted(firsts.values(), key=lambda item: item.source.position)
    seconds = [item for item in own if item not in chosen]
    found = [*chosen, *seconds][:_PARTS_OF_A_DOCUMENT]
    return sorted(found, key=lambda item: (item.source.position, item.unit.start))


def newest(ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, those near the best in the order of their dates, newest first."""
    floor = _NEAR_THE_BEST * ranked[0].score
    near = newest_first([item for item in ranked if item.score >= floor])
    return [*near, *(item for item in ranked if item.score < floor)]


def entries_beside(best: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return all entries of the list, table or form of `best`, in the order of the text."""
    if not best.is_entry:
        return []
    own = [item.scored(best.score) for item in ranked if item.group == best.group]
    return sorted(own, key=lambda item: item.unit.start)


def best_of_parts(parts: Sequence[str], ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return for each part of a question the unit that has most of its words."""
    if len(parts) < 2:  # noqa: PLR2004 - one part is the question
        return []
    texts = [f"{item.breadcrumb} {item.lead} {item.own}" for item in ranked]
    found: list[EvidenceUnit] = []
    for part in parts:
        overlaps = question_overlap(part, texts)
        best = max(range(len(ranked)), key=lambda place: (overlaps[place], -place))
        if overlaps[best] >= _PART_OVERLAP:
            found.append(ranked[best])
    return found
