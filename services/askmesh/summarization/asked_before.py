"""Questions that a document asks and answers itself, as lists of questions and answers do."""

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit, jaccard
from askmesh.summarization.question import Question, mentions
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, is_negated, is_question, stems

_SAME_QUESTION = 0.6
_MOST_WORDS = 45


def answer_beside_its_question(evidence: Evidence) -> list[Said]:
    """Return the paragraph under the question that was asked; nothing if it is another one."""
    best = evidence.ranked[0]
    if best.unit.kind is not UnitKind.SENTENCE or not _is_same(evidence.question, best):
        return []
    own = [item for item in evidence.ranked if item.group == best.group]
    own.sort(key=lambda item: item.unit.start)
    text = best.source.text[own[0].unit.start : own[-1].unit.end]
    if len(text.split()) > _MOST_WORDS:
        return []
    return [Said(f"\u201c{plain(text)}\u201d", (own[0],), text)]


def _is_same(question: Question, item: EvidenceUnit) -> bool:
    above = (item.lead, *item.unit.headings[-1:], *item.source.headings[-1:])
    return any(
        is_question(asked)
        and jaccard(stems(asked), question.stems) >= _SAME_QUESTION
        and is_negated(asked) == question.negated
        and all(mentions(f"{item.breadcrumb} {asked}", name) for name in question.identifiers)
        for asked in above
    )
