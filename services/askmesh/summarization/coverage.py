"""How much of a sentence stands in the pieces that it rests on."""

from collections.abc import Iterator, Sequence

from askmesh.summarization.grounds import Entry, GroundT, by_place, numbers_of, words_of
from askmesh.summarization.statements import Clause, Statement

FEWEST_WORDS = 3
"""With fewer different content words, or names alone, a text claims nothing that can be checked."""
_TOGETHER = 0.5
_LEAST_NEAR = 0.3


def coverage(claim: Statement, chosen: Sequence[Entry[GroundT]], asked: frozenset[str]) -> float:
    """Return how much of the claim stands in the pieces, from 0 to 1; the best of them is first.

    It is the mean share of its words in all pieces, in the best one, and of its word pairs. An
    answer says the question again, in words that the evidence may not have: what it adds to them
    counts as much as the whole, unless hardly any words are together that are so in the evidence.
    """
    if not chosen:
        return 0.0
    known, added = words_of(chosen), claim.words - asked
    whole = len(claim.words & known) / len(claim.words)
    best = len(claim.words & chosen[0].known) / len(claim.words)
    near = _nearness(claim, chosen, best)
    covered = (whole + best + near) / 3
    told = len(added & known) / len(added) if added and near >= _LEAST_NEAR else 0.0
    return max(covered, (covered + told) / 2)


def is_stitched(claim: Statement, chosen: Sequence[Entry[GroundT]], asked: frozenset[str]) -> bool:
    """Tell whether names and numbers stand in other sources or rows than what is said of them.

    Those that were asked for may stand anywhere.
    """
    places = [(words_of(each), numbers_of(each)) for each in by_place(chosen)]
    return any(
        not any(_holds(clause, anchors, *place) for place in places)
        for clause, anchors in _anchored(claim, asked)
    )


def _nearness(claim: Statement, chosen: Sequence[Entry[GroundT]], otherwise: float) -> float:
    """Return the share of neighbouring words that are near each other in a piece."""
    pairs = [frozenset(pair) for pair in zip(claim.stems, claim.stems[1:], strict=False)]
    near = [any(pair in entry.pairs for entry in chosen) for pair in pairs]
    return sum(near) / len(near) if near else otherwise


def _anchored(claim: Statement, asked: frozenset[str]) -> Iterator[tuple[Clause, frozenset[str]]]:
    """Yield the clauses that have names or numbers, and these."""
    anchors = {*claim.names, *claim.numbers} - asked
    for clause in claim.clauses:
        if len(clause.words) >= FEWEST_WORDS and clause.words & anchors:
            yield clause, clause.words & anchors


def _holds(
    clause: Clause, anchors: frozenset[str], words: frozenset[str], numbers: frozenset[str]
) -> bool:
    enough = _TOGETHER * len(clause.words)
    return anchors <= words | numbers and len(clause.words & words) >= enough
