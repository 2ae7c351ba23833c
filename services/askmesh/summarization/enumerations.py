"""Things that a statement names together, of which a sentence names only some."""

import re
from collections.abc import Iterator, Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
from askmesh.text import is_stop_word, stems

_CLAUSE = re.compile(r"[;:.!?()]\s|[()|\u2013\u2014]|, (?:but|if|when|unless|which|who)\b")
_BETWEEN = re.compile(
    r",?\s+(?:and(?: also)?|or|nor|as well as|und|sowie|et|ou|y|o(?:der)?|e)\s+|,\s+", re.IGNORECASE
)
_LAST = re.compile(r",?\s+(?:and|or|nor|as well as|und|sowie|et|ou|y|o(?:der)?|e)\s", re.IGNORECASE)
_MOST_WORDS = 4
_NAMING_LAST = 2
"""The words of the last of them that may name it; what follows says something of all."""
_OF_THINGS = re.compile(
    r"^\W*(?:\w+ )?(?:which|what)(?! (?:is|was|does|has)\b)(?: [\w'\u2019-]+){0,2}"
    r" [\w-]+(?<![su])s\b"
    r"|^\W*what (?:do|must|shall|should|can|may)\b",
    re.IGNORECASE,
)
_ARTICLES = frozenset(("the", "a", "an", "your", "our", "their", "all", "any", "other"))


def only_in_part(
    claim: str, question: Question, units: Sequence[EvidenceUnit]
) -> EvidenceUnit | None:
    """Return the unit that names several things together of which a claim leaves some out.

    None where the question names one of them: it asks for that one.
    """
    if not (question.wanted is Wanted.LIST or _asks_for_things(question)):
        return None
    said = stems(claim)
    leaving = (unit for unit in units if not unit.is_code and _leaves_out(said, question, unit))
    return next(leaving, None)


def _asks_for_things(question: Question) -> bool:
    return question.wanted is Wanted.OTHER and _OF_THINGS.search(question.text) is not None


def _leaves_out(said: frozenset[str], question: Question, unit: EvidenceUnit) -> bool:
    for named in _enumerations(unit.own):
        is_asked_for = any(words & question.stems for words in named)
        told = [bool(words & said) for words in named]
        if any(told) and not all(told) and not is_asked_for:
            return True
    return False


def _enumerations(text: str) -> Iterator[list[frozenset[str]]]:
    """Yield what names each of the things: of the first the last word, of the last the first ones.

    What a sentence says before and after them is of no one of them.
    """
    for clause in _CLAUSE.split(text):
        if not _LAST.search(clause):
            continue
        first, *between, last = _BETWEEN.split(clause)
        if all(len(part.split()) <= _MOST_WORDS for part in between):
            named = [" ".join(first.split()[-1:]), *between, _beginning(last)]
            yield [words for words in map(stems, named) if words]


def _beginning(text: str) -> str:
    """Return the first words that may name something; none of what goes on with "and is due"."""
    words = [word for word in text.split() if word.lower() not in _ARTICLES]
    return "" if not words or is_stop_word(words[0].lower()) else " ".join(words[:_NAMING_LAST])
