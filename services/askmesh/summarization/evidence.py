"""The sentences of the sources that an answer may rest on."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from askmesh.summarization.overlap import question_overlap, stems
from askmesh.summarization.values import Source
from askmesh.text import is_statement, sentences

_LEANS_ON_WHAT_WENT_BEFORE = re.compile(
    r"(?:[A-Z][a-z]+(?: [a-z]+){0,2}, )?"  # "However, it", "In that year, he"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|another"
    r"|the (?:former|latter|same))\b",
    re.IGNORECASE,
)

_SHARE_WITHOUT_OVERLAP = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSentence:
    """A sentence of a source, as it stands there: `source.text[start:end]`.

    `context_start` is where the sentence before it starts if this one makes no sense alone,
    else `start`.
    """

    source_number: int
    source: Source
    start: int
    end: int
    context_start: int
    score: float

    @property
    def text(self) -> str:
        """The sentence."""
        return self.source.text[self.start : self.end]

    @property
    def text_in_context(self) -> str:
        """The sentence, after the one it leans on."""
        return self.source.text[self.context_start : self.end]

    @property
    def breadcrumb(self) -> str:
        """Title and headings of the source."""
        return " > ".join(part for part in (self.source.title, *self.source.headings) if part)


@dataclass(frozen=True, slots=True)
class EvidenceBounds:
    """How much evidence is enough: sentences, their tokens, and the score below which none is."""

    max_sentences: int
    max_tokens: int
    floor: float
    duplicate_similarity: float = 0.8


def rank_sentences(question: str, sources: Sequence[Source]) -> list[EvidenceSentence]:
    """Return the sentences of all sources, best first.

    The score of a sentence is its own where it has one. Where only its passage has one, the
    passage's best sentence by overlap with the question inherits it, and the others a share
    of it. Where nothing has one, it is the overlap.
    """
    spans = [_spans(source) for source in sources]
    overlaps = iter(_overlaps(question, sources, spans))
    found = [
        sentence
        for number, (source, own) in enumerate(zip(sources, spans, strict=True), start=1)
        for sentence in _scored(number, source, own, [next(overlaps) for _ in own])
    ]
    return sorted(found, key=lambda item: (-item.score, item.source_number, item.start))


def without_duplicates(
    ranked: Iterable[EvidenceSentence], *, similarity: float
) -> Iterator[EvidenceSentence]:
    """Yield `ranked` without what a better sentence says in almost the same words."""
    seen: list[frozenset[str]] = []
    for sentence in ranked:
        words = stems(sentence.text)
        if words and all(jaccard(words, others) < similarity for others in seen):
            seen.append(words)
            yield sentence


def choose_sentences(
    ranked: Sequence[EvidenceSentence], bounds: EvidenceBounds, count_tokens: Callable[[str], int]
) -> list[EvidenceSentence]:
    """Return the best sentences within `bounds`, best first. Sentences too long are passed over."""
    chosen: list[EvidenceSentence] = []
    room = bounds.max_tokens
    for sentence in without_duplicates(ranked, similarity=bounds.duplicate_similarity):
        if len(chosen) == bounds.max_sentences or sentence.score < bounds.floor:
            break
        tokens = count_tokens(sentence.text_in_context)
        if tokens <= room:
            chosen.append(sentence)
            room -= tokens
    return chosen


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the share of the words of both that both have; 0 for two empty sets."""
    union = len(first | second)
    return len(first & second) / union if union else 0.0


def _spans(source: Source) -> list[tuple[int, int, float | None]]:
    if source.sentences:
        size = len(source.text)
        return [
            (sentence.start, sentence.end, sentence.score)
            for sentence in source.sentences
            if 0 <= sentence.start < sentence.end <= size
        ]
    return [
        (span.start, span.end, None)
        for span in sentences(source.text)
        if is_statement(source.text[span.start : span.end])
    ]


def _overlaps(
    question: str,
    sources: Sequence[Source],
    spans: Sequence[Sequence[tuple[int, int, float | None]]],
) -> list[float]:
    if all(source.sentences for source in sources):
        return [0.0 for own in spans for _ in own]
    texts = [
        source.text[start:end]
        for source, own in zip(sources, spans, strict=True)
        for start, end, _ in own
    ]
    return question_overlap(question, texts)


def _scored(
    number: int,
    source: Source,
    spans: Sequence[tuple[int, int, float | None]],
    overlaps: Sequence[float],
) -> list[EvidenceSentence]:
    best = max(overlaps, default=0.0)
    found: list[EvidenceSentence] = []
    for index, ((start, end, score), overlap) in enumerate(zip(spans, overlaps, strict=True)):
        leans = index > 0 and _LEANS_ON_WHAT_WENT_BEFORE.match(source.text[start:end])
        found.append(
            EvidenceSentence(
                source_number=number,
                source=source,
                start=start,
                end=end,
                context_start=spans[index - 1][0] if leans else start,
                score=_score(score, source.score, overlap, best),
            )
        )
    return found


def _score(own: float | None, passage: float | None, overlap: float, best: float) -> float:
    if own is not None:
        return own
    if passage is None:
        return overlap
    return passage * (overlap / best if best else _SHARE_WITHOUT_OVERLAP)
