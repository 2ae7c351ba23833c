"""A short statement of the sources that is the answer as it stands."""

import re

from askmesh.summarization.answerability import signals_of
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted, mentions
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
_NEEDED = {
    re.compile(r"^\s*(?:\w+ )?when\b", re.IGNORECASE): re.compile(
        r"\b(?:(?:19|20)\d\d|\d{1,2}[:.]\d\d|\d+ ?(?:am|pm)"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
        r"|jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept?(?:ember)?"
        r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|second|minute|hour|day|night|noon|week|month"
        r"|quarter|year|spring|summer|autumn|winter)s?\b|\b(?:before|after|once|until|when)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\bwhy\b|\bhow come\b|\breason\b", re.IGNORECASE): re.compile(
        r"\b(?:because|since|due to|so that|in order|owing|reason|therefore|to avoid|as)\b",
        re.IGNORECASE,
    ),
}
"""What a statement needs to have to say when or why."""
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
        or not _is_scored(best)
        or not _stands_alone(question, best)
        or not all(mentions(f"{best.breadcrumb} {best.own}", each) for each in question.identifiers)
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
    lacks = any(
        asks.search(question.text) and not says.search(item.own) for asks, says in _NEEDED.items()
    )
    return lacks or any((signals.negation, signals.opposite, signals.missing_kind))


def _is_scored(item: EvidenceUnit) -> bool:
    """Tell whether the unit was scored itself, and not its passage alone."""
    span = (item.unit.start, item.unit.end)
    return any((sentence.start, sentence.end) == span for sentence in item.source.sentences)


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
