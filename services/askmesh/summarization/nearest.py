"""What comes nearest where the documents do not answer: for the reader to judge, no answer."""

import re
from dataclasses import replace

from askmesh.summarization.answerability import signals_of
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import lead_of
from askmesh.summarization.naming import mentions
from askmesh.summarization.question import Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.wording import phrases
from askmesh.text import UnitKind, stems

_TIMES_THE_NEXT = 1.5
_TIMES_IF_ALONE, _HALF = 2.0, 0.5
_MOST_WORDS = 45
_ASKED_FOR = re.compile(
    r"\bhow (?:many|much) ([^\W\d_]+)"
    r"|\bwh(?:at|ich|o)(?:['\u2019]s| is| are| was| were) (?:the|our|your|my) (.+?)"
    r"(?= (?:of|for|in|on|at|to|per|from|when|if)\b|[?.!,]|$)",
    re.IGNORECASE,
)


def is_alone(evidence: Evidence) -> bool:
    """Tell whether the best statement is twice as near as the next, with half of what was asked.

    What is asked for by name is a part of that: hens are no answer to how many geese there may be.

    Of what was refused in seven small collections, which are not reported, four such statements
    were the answer and none was not.
    """
    best, question = evidence.shown[0], evidence.question
    known = f"{best.breadcrumb} {best.text}"
    named = (name for match in _ASKED_FOR.finditer(question.text) for name in match.groups(""))
    return (
        best.own_score is not None
        and stems(" ".join(named)) <= stems(known)
        and all(mentions(known, each) for each in question.identifiers)
        and question.wanted is not Wanted.YES_NO
        and lead_of(best, evidence.ranked) >= _TIMES_IF_ALONE
        and signals_of(question, [best]).unit_coverage >= _HALF
    )


def nearest_statement(evidence: Evidence) -> Said | None:
    """Return the best statement, if only the model's doubt was against it or it is nearest by far.

    None for code, for what is long, and for the parts of a table that is asked for.
    """
    best = evidence.shown[0]
    stands_out = lead_of(best, evidence.ranked) >= _TIMES_THE_NEXT
    is_scored = best.own_score is not None
    if not is_scored or (evidence.doubtful and not stands_out) or best.unit.kind is UnitKind.CODE:
        return None
    said = quoted(best, evidence.question.columns)
    if len(said.text.split()) > _MOST_WORDS:
        return None
    return replace(said, text=f"{phrases(evidence.question.text).it_says} {said.text}")
