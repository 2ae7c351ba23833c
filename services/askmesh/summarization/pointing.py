"""Which unit a rejected sentence takes its facts from: what it says may be there in other words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question
from askmesh.summarization.statements import Statement, statement
from askmesh.text import UnitKind, numbers, stems

_ELSEWHERE = re.compile(
    r"\b(?:(?:any|every|some)(?:where|one|body|thing) else|elsewhere|(?:all|any|every) other\w*"
    r"|(?:all|the) (?:rest|others))\b",
    re.IGNORECASE,
)
_MOST = 0.5
_BY_FAR = 2.0


@dataclass(frozen=True, slots=True)
class PlaceOfFacts:
    """The unit that a rejected sentence takes its facts from.

    `words` are those of the sentence, `facts` the names and numbers that it adds to the question.
    """

    unit: EvidenceUnit
    words: frozenset[str]
    facts: frozenset[str]


def pointed_at(claim: str, question: str, shown: Sequence[EvidenceUnit]) -> PlaceOfFacts | None:
    """Return the place that has what a sentence adds to the question; None if none has.

    It is the unit with most words of what is added. All names and numbers that are added stand
    there, and half of the other words; where they stand in one that is by far nearer to the
    question, too, it is that one.
    """
    said = statement(claim)
    added = said.words - stems(question)
    facts = _facts(said) - _facts(statement(question)) - stems(question)
    best = max(shown, key=lambda item: (*_shared(added, item), item.score), default=None)
    if best is None or not _stands_in(best, added, facts):
        return None
    places = [item for item in shown if _stands_in(item, added, facts)]
    nearest = max(places, key=lambda item: item.score)
    is_by_far = nearest.score >= _BY_FAR * best.score
    return PlaceOfFacts(nearest if is_by_far else best, stems(claim), facts)


def _stands_in(item: EvidenceUnit, added: frozenset[str], facts: frozenset[str]) -> bool:
    known = _known(item)
    enough = facts or len(added & known) >= _MOST * len(added)
    return bool(enough and facts <= known and added & known)


def adds_nothing(claim: str, question: str) -> bool:
    """Tell whether a sentence only says the question again."""
    said = statement(claim)
    return bool(said.words) and said.words <= stems(question) | statement(question).words


def is_of_another(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether it lacks a name of the question: by its last word, a row's passage included.

    "How many books does North Branch have?" is not asked of a table that does not know the branch.
    Elsewhere that is said of names of several words: one alone may be spoken of otherwise.
    """
    is_row = item.unit.kind is UnitKind.ROW
    where = item.source.text if is_row else f"{item.lead} {item.text}"
    known = f"{item.source.title} {item.breadcrumb} {where}".lower()
    words = stems(known)
    last = [name.split()[-1] for name in question.names if is_row or " " in name]
    if is_row and _ELSEWHERE.search(item.own):
        return False  # "Hotel, anywhere else" is the row of all towns that have none of their own
    return any(name.lower() not in known and stems(name) - words for name in last)


def leaves_a_name_out(
    question: Question, told: Sequence[EvidenceUnit], ranked: Sequence[EvidenceUnit]
) -> bool:
    """Tell whether what is told lacks a name of the question that something else has."""
    if not question.names:
        return False
    others = [item for item in ranked if item not in told]
    known, elsewhere = (
        stems(" ".join(f"{item.breadcrumb} {item.text}" for item in items))
        for items in (told, others)
    )
    return any(stems(name) & elsewhere - known for name in question.names)


def _facts(said: Statement) -> frozenset[str]:
    return frozenset((*said.names, *said.numbers))


def _shared(words: frozenset[str], item: EvidenceUnit) -> tuple[int, int]:
    """Return how many of the words it has, and how many of them are its own."""
    return len(words & _known(item)), len(words & _words(item.text))


def _known(item: EvidenceUnit) -> frozenset[str]:
    return _words(f"{item.breadcrumb} {item.text}")


def _words(text: str) -> frozenset[str]:
    return _all((stems(text), numbers(text), statement(text).words))


def _all(some: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset[str]().union(*some)
