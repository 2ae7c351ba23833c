"""Yes or no by the time of the year that a question names: "Is swimming allowed in April?"."""

import re
from collections.abc import Sequence

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.answerability import says_the_opposite
from askmesh.summarization.evidence import EvidenceUnit, lead_of
from askmesh.summarization.holding import CLOSED, OPEN
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.seasons import days_asked_for, holds_in_season, tells_of_times
from askmesh.summarization.word_forms import verb_forms
from askmesh.text import MONTHS, UnitKind, is_negated, stems, stems_and_parts

_MOST_WORDS = 30
_TIMES_THE_NEXT = 2.0
_NEAR_UNITS = 12
_HALF = 0.5
_MONTHS = stems(" ".join(MONTHS))
_MUST = re.compile(
    r"\b(?:must|ha(?:ve|s|d) to|needs?|needed|require[ds]?|obligatory|mandatory|compulsory)\b",
    re.IGNORECASE,
)


def in_season(
    question: Question, ranked: Sequence[EvidenceUnit], *, unknown: frozenset[str]
) -> list[Said]:
    """Return whether the best statement, far before all others, holds for the time asked for.

    `unknown` is what the question says that the statement and what is above do not: there may be
    nothing. What is denied for a span is not told to be so outside of it.
    """
    best, asked = ranked[0], days_asked_for(question.text)
    if asked is None or unknown or question.wanted is not Wanted.YES_NO or question.negated:
        return []
    holds = holds_in_season(best.own, asked)
    is_turned = _is_turned(question, best.own)
    if holds is None or (is_turned and not holds) or not _decides(question, ranked):
        return []
    answer = "Yes" if holds != is_turned else "No"
    return [Said(f"{answer}: {quoted(best, question.columns).text}", (best,), best.own)]


def _decides(question: Question, ranked: Sequence[EvidenceUnit]) -> bool:
    """Tell whether the best is a short statement that stands alone with its time of the year."""
    best, *others = ranked
    is_short = best.unit.kind in {UnitKind.SENTENCE, UnitKind.ITEM, UnitKind.KEY_VALUE}
    is_short = is_short and len(best.own.split()) <= _MOST_WORDS
    is_alone = not any(item.group == best.group and tells_of_times(item.own) for item in others)
    as_strong = bool(_MUST.search(question.text)) == bool(_MUST.search(best.own))
    is_far_before = lead_of(best, ranked) >= _TIMES_THE_NEXT and _speaks_of_it(question, best)
    overtaken = any(is_overtaken(question, best, item) for item in others[:_NEAR_UNITS])
    return is_short and is_alone and as_strong and is_far_before and not overtaken


def _speaks_of_it(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it has half of what is asked about in its own words, the time aside."""
    asked = question.stems - _MONTHS
    words = stems_and_parts(f"{item.lead} {item.own}")
    return len(asked & (words | verb_forms(words))) >= _HALF * len(asked)


def _is_turned(question: Question, said: str) -> bool:
    words = stems(said)
    is_open, is_shut = (bool(question.stems & each) for each in (OPEN, CLOSED))
    is_other_way = (is_open and bool(words & CLOSED)) or (is_shut and bool(words & OPEN))
    return is_other_way or is_negated(said) or says_the_opposite(question, said)
