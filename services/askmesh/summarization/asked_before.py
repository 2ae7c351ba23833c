"""Questions that a document asks and answers itself, as lists of questions and answers do."""

import re

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit, jaccard
from askmesh.summarization.lists import MOST_ENTRIES, whole_list
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, is_negated, is_question, stems

_SAME_QUESTION = 0.6
_ASKS = re.compile(r"(?:how|what|when|where|which|who|why) ", re.IGNORECASE)
_MOST_WORDS = 45


def answer_beside_its_question(evidence: Evidence) -> list[Said]:
    """Return the paragraph or the list under the question that was asked; nothing if another was.

    A heading such as "What is not covered" asks, too.
    """
    best = evidence.ranked[0]
    if not _is_same(evidence.question, best):
        return []
    own = [item for item in evidence.ranked if item.group == best.group]
    if best.unit.kind is UnitKind.ITEM and len(own) <= MOST_ENTRIES:
        return [whole_list(best, evidence.ranked)]
    if best.unit.kind is not UnitKind.SENTENCE or evidence.question.wanted is Wanted.LIST:
        return []
    own.sort(key=lambda item: item.unit.start)
    text = best.source.text[own[0].unit.start : own[-1].unit.end]
    if len(text.split()) > _MOST_WORDS:
        return []
    return [Said(f"\u201c{plain(text)}\u201d", (own[0],), text)]


def _is_same(question: Question, item: EvidenceUnit) -> bool:
    above = (item.lead, *item.unit.headings[-1:], *item.source.headings[-1:])
    return any(
        (is_question(asked) or _ASKS.match(asked))
        and jaccard(stems(asked), question.stems) >= _SAME_QUESTION
        and is_negated(asked) == question.negated
        and all(mentions(f"{item.breadcrumb} {asked}", name) for name in question.identifiers)
        for asked in above
    )
