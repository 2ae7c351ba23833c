"""A short statement of the sources that is the answer as it stands."""

import re

from askmesh.summarization.answerability import signals_of
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.kinds import lacks_kind, lacks_reason
from askmesh.summarization.question import Question, Wanted, mentions
from askmesh.summarization.quoting import denial_above
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems

SURE = 0.75
"""From this probability on a short statement is given as it stands. On small collections that are
not reported, all that it gave was right; the language model takes seconds to say the same."""
_MOST_WORDS = 16
"""A longer one says more than what was asked."""
_RIVAL_SHARE = 0.75
"""With another unit this near, the two may have to be told together."""
_WRITTEN = frozenset(
    (Wanted.YES_NO, Wanted.STEPS, Wanted.LIST, Wanted.COUNT, Wanted.TITLE, Wanted.ABOUT)
)
"""Asked for these, a statement alone is no answer."""
_AND_MORE = re.compile(r"[,;]\s|\band\b", re.IGNORECASE)
"""What joins the answer to more than was asked: "blue for employees, those of guests green"."""


def stated(evidence: Evidence) -> list[Said]:
    """Return the best statement if it surely is the answer and says little else; else nothing."""
    best, question = evidence.shown[0], evidence.question
    if (
        evidence.probability < SURE
        or evidence.parts
        or question.negated
        or question.wanted in _WRITTEN
        or best.own_score is None
        or not _stands_alone(question, best)
        or not all(mentions(f"{best.breadcrumb} {best.own}", each) for each in question.identifiers)
        or _speaks_against(question, best)
        or denial_above(best)
    ):
        return []
    rivals = (item.score for item in evidence.ranked if item.text != best.text)
    if max(rivals, default=0.0) >= _RIVAL_SHARE * best.score:
        return []
    return [Said(plain(best.own), (best,), best.own)]


def _speaks_against(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it denies, says the opposite, or lacks the number or name that is asked for."""
    signals = signals_of(question, [item])
    lacks = lacks_kind(question.text, item.own) or lacks_reason(question.text, item.own)
    return lacks or any((signals.negation, signals.opposite, signals.missing_kind))


def _stands_alone(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is a short sentence that ends like one, or a line whose key is asked for.

    A step of several is neither.
    """
    if item.unit.kind is UnitKind.KEY_VALUE:
        return bool(question.stems & stems(item.own.partition(":")[0]))
    return (
        item.unit.kind in {UnitKind.SENTENCE, UnitKind.ITEM}
        and not (item.unit.lead or item.unit.label)
        and len(item.own.split()) <= _MOST_WORDS
        and not _AND_MORE.search(item.own)
        and item.own.rstrip().endswith((".", "!"))
    )
