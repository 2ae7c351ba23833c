"""Which units of evidence to score, the most promising first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from askmesh.reranking.ports import Candidate
from askmesh.text import Span, self_contained, stems, units, with_subjects

# The cross-encoder reads about 512 tokens; nothing beyond is worth dividing.
MAX_TEXT_CHARS = 8_000
MAX_PAIR_CHARS = 700
MAX_PAIRS = 16
"""The most promising are scored: of 206 questions to articles and small collections, all had the
unit that scores best among so many, and they are three quarters of all units."""


@dataclass(frozen=True, slots=True)
class UnitPair:
    """A unit to score: whose it is, where it stands in the passage's own text, what is read."""

    passage: int
    span: Span
    own: str
    text: str


def unit_pairs(
    query: str,
    passages: Sequence[Candidate],
    parts: Sequence[str] | None = None,
    *,
    most: int = MAX_PAIRS,
) -> list[UnitPair]:
    """Return the units of `passages` in the order in which to score them, `most` of them.

    A unit is scored after what stands above it (title, headings, lead-in): rows and items say
    nothing without it. Of a sentence that begins with "he" or "it", the name before it is added.

    The passages take turns, the best one first; in each, the units of the best of its `parts` come
    first if there are any, then those with more of the query's words, so that the best ones are
    scored when time is short.
    """
    wanted = stems(query)
    best = parts or [""] * len(passages)
    turns: list[tuple[int, UnitPair]] = []
    for number, (passage, part) in enumerate(zip(passages, best, strict=True)):
        found = sorted(_of_passage(number, passage, wanted), key=partial(_rank, wanted, part))
        turns += [(turn + number, pair) for turn, pair in enumerate(found)]
    return [pair for _, pair in sorted(turns, key=lambda turn: turn[0])][:most]


def _rank(wanted: frozenset[str], part: str, pair: UnitPair) -> tuple[bool, int, int]:
    return pair.own not in part, -len(wanted & stems(pair.text)), pair.span.start


def _of_passage(number: int, passage: Candidate, wanted: frozenset[str]) -> Iterator[UnitPair]:
    above = passage.text[: max(0, passage.body_offset)]
    body = passage.text[max(0, passage.body_offset) :][:MAX_TEXT_CHARS]
    for unit in with_subjects(body, units(body), wanted):
        text = f"{above}{self_contained(body, unit)}"[:MAX_PAIR_CHARS]
        own = body[unit.start : unit.end]
        yield UnitPair(number, Span(unit.start, unit.end), own, text)
