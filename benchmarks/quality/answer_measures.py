"""How good an answer is: what it contains, and what it should not contain."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.summarization.citations import take_marks
from askmesh.summarization.overlap import stems
from askmesh.text import content_words, names, numbers, sentences, stem

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_OTHER = re.compile(r"[^\w\s]")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of one answer. The first two are 0 where there is no reference."""

    recall: float
    contains_reference: bool
    abstained: bool
    sentence_count: int
    inventions: int
    """Sentences with a number or a name that stands in no source."""


def judge(
    answer: str, references: Sequence[str], sources: Sequence[str], *, abstained: bool
) -> Judgement:
    """Compare an answer with the reference answers and with the sources it had."""
    text, _ = take_marks(answer)
    said = [] if abstained else [text[span.start : span.end] for span in sentences(text)]
    known = " ".join(sources)
    figures, words = set(numbers(known)), stems(known)
    return Judgement(
        recall=max((_recall(text, reference) for reference in references), default=0.0),
        contains_reference=any(_plain(reference) in _plain(text) for reference in references),
        abstained=abstained,
        sentence_count=len(said),
        inventions=sum(
            not figures.issuperset(numbers(sentence)) or not _names(sentence) <= words
            for sentence in said
        ),
    )


def _recall(text: str, reference: str) -> float:
    wanted = _plain(reference).split()
    having = set(_plain(text).split())
    return sum(word in having for word in wanted) / len(wanted) if wanted else 0.0


def _plain(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", _OTHER.sub(" ", text.lower())).split())


def _names(sentence: str) -> frozenset[str]:
    return frozenset(stem(word) for name in names(sentence) for word in content_words(name))
