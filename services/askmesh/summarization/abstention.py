"""Whether the evidence answers the question at all: decided before a word is written."""

import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceSentence
from askmesh.summarization.opposites import are_opposites
from askmesh.summarization.overlap import stems
from askmesh.summarization.statements import is_year, statement
from askmesh.summarization.values import Source
from askmesh.text import is_negated, numbers, stem

ABSTENTION = "The sources do not answer this question."

_WORD = re.compile(r"[^\W\d_][^\W\d_-]*(?:-[^\W\d_]+)*")
_ASKS_FOR_A_NUMBER = re.compile(
    r"\s*(?:when|how (?:many|much|old|long))\b|.*\bwhat year\b", re.IGNORECASE
)
_ASKS_FOR_A_NAME = re.compile(r"\s*who(?:m|se)?\b", re.IGNORECASE)


def contradicts(question: str, best: EvidenceSentence) -> bool:
    """Tell whether the best sentence has something else instead of a word of the question.

    It has the opposite of a word instead of that word, or another number where the question has
    one that its whole source does not mention.
    """
    asked, said = _words(question), _words(best.text)
    if any(are_opposites(word, other) for word in asked - said for other in said - asked):
        return True
    wanted, having = set(numbers(question)), set(numbers(best.text))
    lacking = wanted - set(numbers(_whole_text(best.source))) if wanted else set[str]()
    return any(is_year(one) is is_year(other) for one in lacking for other in having - wanted)


def is_doubtful(
    question: str, required_terms: Sequence[str], evidence: Sequence[EvidenceSentence]
) -> bool:
    """Tell whether something speaks against the evidence, best first, in spite of its score.

    A required term is missing in its sources; only one of the question and the best sentence
    denies something; or the best sentence has no name or number where one is asked for.
    """
    best = evidence[0]
    return bool(
        missing_terms(required_terms, evidence)
        or is_negated(question) != is_negated(best.text)
        or _lacks_what_is_asked_for(question, best)
    )


def missing_terms(required_terms: Sequence[str], evidence: Sequence[EvidenceSentence]) -> list[str]:
    """Return the terms that no source of the evidence mentions, in any form of their words.

    A part of a name will do, and so will the initials of one; a number must be there.
    """
    texts = {item.source_number: _whole_text(item.source) for item in evidence}
    joined = "\n".join(texts.values())
    words, figures = stems(joined), frozenset(numbers(joined))
    initials = _initials(joined)
    return [
        term
        for term in required_terms
        if not _is_mentioned(term, words=words, figures=figures, initials=initials)
    ]


def _is_mentioned(
    term: str, *, words: frozenset[str], figures: frozenset[str], initials: str
) -> bool:
    if wanted_figures := numbers(term):
        return figures.issuperset(wanted_figures)
    wanted = stems(term)
    if not wanted or wanted & words:
        return True
    letters = term.replace(".", "")
    return letters.isupper() and len(letters) > 1 and letters in initials


def _lacks_what_is_asked_for(question: str, best: EvidenceSentence) -> bool:
    if _ASKS_FOR_A_NUMBER.match(question):
        return not set(numbers(best.text)) - set(numbers(question))
    if _ASKS_FOR_A_NAME.match(question):
        named = {*statement(best.text_in_context).names, *statement(best.source.title).names}
        return not named - stems(question)
    return False


def _words(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _WORD.findall(text.lower()))


def _initials(text: str) -> str:
    return "".join(word[0] if word[0].isupper() else " " for word in text.split())


def _whole_text(source: Source) -> str:
    return "\n".join((source.title, *source.headings, source.text))
