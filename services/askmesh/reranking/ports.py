"""What reranking works on, and what it needs from others."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to score. Its own text starts at `body_offset` of `text`, in code points."""

    passage_id: str
    text: str
    body_offset: int = 0


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """Where a sentence is within the passage's own text, and the probability that it answers."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """A passage in its place. The score is None if the time was too short."""

    passage_id: str
    score: float | None = None
    below_floor: bool = False
    sentences: tuple[ScoredSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scored passages, best first, then the others in the order of the request."""

    passages: tuple[RankedCandidate, ...]
    scored_passages: int
    scored_sentences: int = 0
