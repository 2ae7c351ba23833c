"""What a snippet leaves of a passage: read where no snippet seems to answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from askmesh.reranking.ports import Candidate
from askmesh.reranking.snippets import MAX_CHARS, MAX_TEXT_CHARS, MAX_WORDS
from askmesh.text import sentences

MOST_PARTS = 24
"""Two for each of twelve passages, in about the time of their snippets twice."""


@dataclass(frozen=True, slots=True)
class PassagePart:
    """Sentences in a row of the passage with this place, after what stands above the passage.

    The score is a probability, None if the time was too short.
    """

    place: int
    text: str
    score: float | None = None

    @property
    def probability(self) -> float:
        """The score, 0 without one."""
        return self.score or 0.0


def other_parts(candidates: Sequence[Candidate], snippets: Sequence[str]) -> list[PassagePart]:
    """Return the parts of `candidates` that are not in their snippets, the first of each first.

    A snippet is where the query's words are; what answers in other words stands elsewhere.
    """
    parts = [
        list(_parts(place, candidate, snippet))
        for place, (candidate, snippet) in enumerate(zip(candidates, snippets, strict=True))
    ]
    turns = (part for turn in zip_longest(*parts) for part in turn if part is not None)
    return list(turns)[:MOST_PARTS]


def _parts(place: int, candidate: Candidate, snippet: str) -> Iterator[PassagePart]:
    offset = max(0, candidate.body_offset)
    above, body = candidate.text[:offset], candidate.text[offset:][:MAX_TEXT_CHARS]
    for run in _runs(body):
        if run not in snippet:
            yield PassagePart(place, above + run[:MAX_CHARS])


def _runs(body: str) -> Iterator[str]:
    """Yield the body in runs of sentences: of at most `MAX_WORDS`, or a single one."""
    start = end = words = 0
    for span in sentences(body):
        length = len(body[span.start : span.end].split())
        if words and words + length > MAX_WORDS:
            yield body[start:end]
            start, words = span.start, 0
        start = start if words else span.start
        end, words = span.end, words + length
    if words:
        yield body[start:end]
