"""What comes nearest where the documents do not answer: for the reader to judge, no answer."""

from dataclasses import replace

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import lead_of
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.wording import phrases
from askmesh.text import UnitKind

_TIMES_THE_NEXT = 1.5
_MOST_WORDS = 45


def nearest_statement(evidence: Evidence) -> Said | None:
    """Return the best statement, if only the model's doubt was against it or it is nearest by far.

    None for code, for what is long, and for the parts of a table that is asked for.
    """
    best = evidence.shown[0]
    stands_out = lead_of(best, evidence.ranked) >= _TIMES_THE_NEXT
    is_scored = best.own_score is not None
    if not is_scored or (evidence.doubtful and not stands_out) or best.unit.kind is UnitKind.CODE:
        return None
    said = quoted(best, evidence.question.stems)
    if len(said.text.split()) > _MOST_WORDS:
        return None
    return replace(said, text=f"{phrases(evidence.question.text).it_says} {said.text}")
