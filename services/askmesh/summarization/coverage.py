"""How much of a sentence stands in the pieces that it rests on."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from askmesh.summarization.claimed_subject import LINKING, names_its_subject
from askmesh.summarization.grounds import Entry, GroundT, by_place, numbers_of, words_of
from askmesh.summarization.statements import Clause, Statement
from askmesh.summarization.word_forms import MEASURING
from askmesh.text import stems

FEWEST_WORDS = 3
"""With fewer different content words, or names alone, a text claims nothing that can be checked."""
_MEANS = stems("use")
"""What an answer on how to do something says by the name of the means, too."""
_TOGETHER = 0.5
_BY_FAR = 2
_LEAST_NEAR = 0.3
_WITHOUT_SUBJECT = 0.5
"""So much of a row counts at most that does not name what was asked about."""


def coverage(claim: Statement, chosen: Sequence[Entry[GroundT]], asked: frozenset[str]) -> float:
    """Return how much of the claim stands in the pieces, from 0 to 1; the best of them is first.

    It is the mean share of its words in all pieces, in the best one, and of its word pairs. An
    answer says the question again, in words of which the evidence may not have some: if it has most
    of them, what is added counts as much as the whole, unless hardly any words are together that
    are so in the evidence.
    """
    if not chosen:
        return 0.0
    words = claim.words - LINKING - (_MEANS - words_of(chosen)) or claim.words
    added = words - asked
    having_figures = _with_figures(claim, chosen, added)
    is_long = len(added & words_of(chosen)) > _BY_FAR * len(words & asked)
    if is_long or names_its_subject(claim, words_of(having_figures), asked):
        return _covered(claim, words, chosen, added)
    covered = _covered(claim, words, having_figures, frozenset())
    return min(covered, _WITHOUT_SUBJECT) if chosen[0].is_one_thing else covered


def _covered(
    claim: Statement,
    words: frozenset[str],
    chosen: Sequence[Entry[GroundT]],
    added: frozenset[str],
) -> float:
    """Return the mean share, or where all that is `added` is told, half of it and half of that."""
    known = words_of(chosen)
    is_known = added <= known | MEASURING
    whole = len(words & known) / len(words)
    best = len(words & chosen[0].known) / len(words)
    pairs = list(pairwise(stem for stem in claim.stems if stem in words))
    near = _share_near(pairs, chosen, in_rows=is_known) if pairs else best
    covered = (whole + best + near) / 3
    told = len(added & known) / len(added) if added and near >= _LEAST_NEAR else 0.0
    counts = is_known or not chosen[0].is_one_thing
    return max(covered, (covered + told) / 2) if counts else covered


def _with_figures(
    claim: Statement, chosen: Sequence[Entry[GroundT]], added: frozenset[str]
) -> Sequence[Entry[GroundT]]:
    """Return the pieces in sources that have figures which the claim adds; all if it adds none."""
    figures = added & {*claim.numbers}
    sources = {entry.source for entry in chosen if figures & entry.numbers}
    return [entry for entry in chosen if entry.source in sources] or chosen


def is_stitched(claim: Statement, chosen: Sequence[Entry[GroundT]], asked: frozenset[str]) -> bool:
    """Tell whether names and numbers stand in other sources or rows than what is said of them.

    Those that were asked for may stand anywhere.
    """
    places = [(words_of(each), numbers_of(each)) for each in by_place(chosen)]
    return any(
        not any(_holds(clause, anchors, *place) for place in places)
        for clause, anchors in _anchored(claim, asked)
    )


def _share_near(
    pairs: Sequence[tuple[str, str]], chosen: Sequence[Entry[GroundT]], *, in_rows: bool
) -> float:
    """Return the share of pairs that are near each other in a piece; anywhere in it `in_rows`."""
    near = (
        any(entry.has_near(frozenset(pair), in_rows=in_rows) for entry in chosen) for pair in pairs
    )
    return sum(near) / len(pairs)


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
