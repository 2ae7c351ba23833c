"""Whether the evidence answers the question at all: decided before a word is written."""

from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceSentence
from askmesh.summarization.overlap import stems
from askmesh.summarization.values import Source
from askmesh.text import numbers

ABSTENTION = "The sources do not answer this question."


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


def _initials(text: str) -> str:
    return "".join(word[0] if word[0].isupper() else " " for word in text.split())


def _whole_text(source: Source) -> str:
    return "\n".join((source.title, *source.headings, source.text))
