"""A short statement of the sources that is the answer as it stands."""

from askmesh.summarization.answerability import signals_of
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
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


def stated(evidence: Evidence) -> list[Said]:
    """Return the best statement if it surely is the answer and says little else; else nothing."""
    best, question = evidence.shown[0], evidence.question
    if (
        evidence.probability < SURE
        or evidence.parts
        or question.negated
        or question.wanted in _WRITTEN
        or not _is_scored(best)
        or not _stands_alone(question, best)
        or _speaks_against(question, best)
    ):
        return []
    rivals = (item.score for item in evidence.ranked if item.text != best.text)
    if max(rivals, default=0.0) >= _RIVAL_SHARE * best.score:
        return []
    return [Said(plain(best.own), (best,), best.own)]


def _speaks_against(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it denies, says the opposite, or lacks the number or name that is asked for."""
    signals = signals_of(question, [item])
    return any((signals.negation, signals.opposite, signals.missing_kind))


def _is_scored(item: EvidenceUnit) -> bool:
    """Tell whether the unit was scored itself, and not its passage alone."""
    span = (item.unit.start, item.unit.end)
    return any((sentence.start, sentence.end) == span for sentence in item.source.sentences)


def _stands_alone(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it is a short sentence, or a line whose key is in the question."""
    if item.unit.kind is UnitKind.KEY_VALUE:
        return bool(question.stems & stems(item.own.partition(":")[0]))
    return (
        item.unit.kind is UnitKind.SENTENCE
        and not item.unit.lead
        and len(item.own.split()) <= _MOST_WORDS
        and not item.own.rstrip().endswith("?")
    )
