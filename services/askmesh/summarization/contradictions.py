"""Sentences in the words of the evidence that say something else."""

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise

from askmesh.summarization.alterations import Comparison
from askmesh.summarization.columns import (
    denies_an_empty_cell,
    fills_an_empty_cell,
    has_figure_of_another_column,
    is_of_another_kind,
)
from askmesh.summarization.hedges import says_more_surely
from askmesh.summarization.listed_figures import has_figure_of_another_thing
from askmesh.summarization.opposites import are_opposites
from askmesh.summarization.places import (
    has_figure_of_another_part,
    has_number_of_another,
    have_changed_places,
    says_it_of_the_other_side,
    takes_over_a_verb,
)
from askmesh.summarization.replaced import has_replaced_figure
from askmesh.summarization.statements import Clause, Statement, is_year

_SAME_SHARE = 0.6
_FEWEST_SAME = 2


class Contradiction(Enum):
    """How a sentence turns round what the evidence says."""

    EXCHANGE = "it has another name or number in a place of the evidence"
    OPPOSITE = "it has the opposite of a word of the evidence"
    NEGATION = "it denies what the evidence says, or says what the evidence denies"
    FORCE = "it says that something must be or always is what may be or sometimes is"
    SURENESS = "it says as a fact what is doubtful, a view, or true of one of several"
    REVERSAL = "it says the same words the other way round"


def contradiction(claim: Statement, stated: Sequence[Statement]) -> Contradiction | None:
    """Return how `claim` contradicts what is stated, the best of it first, or None."""
    if not stated:
        return None
    best = Comparison(claim, stated[0])
    clauses = [clause for other in stated for clause in other.clauses]
    found = (
        (Contradiction.OPPOSITE, _has_opposite(claim, stated[0]) or best.turns_order),
        (
            Contradiction.EXCHANGE,
            best.has_another_name
            or _says_of_another(claim, stated[0])
            or has_figure_of_another_column(claim, stated)
            or any(has_figure_of_another_thing(claim, other) for other in stated),
        ),
        (
            Contradiction.NEGATION,
            (
                (_denies_a_clause(claim, clauses, best) or best.denies)
                and not denies_an_empty_cell(claim, stated[0])
            )
            or any(fills_an_empty_cell(claim, other) for other in stated),
        ),
        (Contradiction.FORCE, any(_is_stronger(clause, clauses) for clause in claim.clauses)),
        (Contradiction.SURENESS, says_more_surely(claim, stated[0])),
        (
            Contradiction.REVERSAL,
            _is_reversed(claim, stated) or have_changed_places(claim, stated[0]),
        ),
    )
    return next((kind for kind, is_there in found if is_there), None)


def _says_of_another(claim: Statement, stated: Statement) -> bool:
    return (
        has_number_of_another(claim, stated)
        or has_replaced_figure(claim, stated)
        or is_of_another_kind(claim, stated)
        or has_figure_of_another_part(claim, stated)
        or takes_over_a_verb(claim, stated)
        or says_it_of_the_other_side(claim, stated)
    )


def _denies_a_clause(claim: Statement, clauses: Sequence[Clause], best: Comparison) -> bool:
    """Tell whether only one of both denies, in clauses that have most words in common."""
    if best.denies_in_other_words:
        return False
    alike = [(clause, _counterparts(clause, clauses)) for clause in claim.clauses]
    if any(clause.is_denied for clause in claim.clauses):
        asserted = any(clause.is_denied and others for clause, others in alike)
        return asserted and not any(clause.is_denied for clause in clauses)
    denied = [other for _, others in alike for other in others if other.is_denied]
    return any(_is_most(other, claim.words) for other in denied)


def _is_stronger(clause: Clause, clauses: Sequence[Clause]) -> bool:
    if not clause.is_strong or clause.is_weak:
        return False
    counterparts = _counterparts(clause, clauses)
    return bool(counterparts) and all(
        other.is_weak and not other.is_strong for other in counterparts
    )


def _counterparts(clause: Clause, others: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that have most words in common with `clause`, if that is most of it."""
    shares = [len(clause.words & other.words) for other in others]
    best = max(shares, default=0)
    if best < _FEWEST_SAME or best < _SAME_SHARE * len(clause.words):
        return []
    return [other for other, share in zip(others, shares, strict=True) if share == best]


def _is_most(clause: Clause, words: frozenset[str]) -> bool:
    return len(clause.words & words) >= _SAME_SHARE * len(clause.words)


def _has_opposite(claim: Statement, other: Statement) -> bool:
    new, left_out = claim.words - other.words, other.words - claim.words
    return any(are_opposites(word, missing) for word in new for missing in left_out)


def _is_reversed(claim: Statement, stated: Sequence[Statement]) -> bool:
    """Tell whether "A <word> B" became "B <word> A", or two numbers of a kind changed places."""
    clauses = [clause for other in stated for clause in other.clauses]
    if any(_is_turned(clause, first, second, clauses) for clause, first, second in _pairs(claim)):
        return True
    for years in (True, False):
        of_a_kind = [n for n in claim.numbers if is_year(n) is years]
        if any(_have_changed_places(of_a_kind, claim, other) for other in stated):
            return True
    return False


def _pairs(claim: Statement) -> Iterator[tuple[Clause, str, str]]:
    for clause in claim.clauses:
        for first, second in zip(clause.names, clause.names[1:], strict=False):
            if first != second:
                yield clause, first, second


def _is_turned(clause: Clause, first: str, second: str, others: Sequence[Clause]) -> bool:
    between = _between(clause, first, second)
    alike = [other for other in others if other.is_passive == clause.is_passive]
    there = any(between & _between(other, second, first) for other in alike)
    return there and not any(between & _between(other, first, second) for other in alike)


def _between(clause: Clause, first: str, second: str) -> frozenset[str]:
    """Return the stems after `first` and before `second`; none if they do not stand so."""
    stems = clause.stems
    if stems.count(first) != 1 or stems.count(second) != 1:
        return frozenset()
    return frozenset(stems[stems.index(first) + 1 : stems.index(second)])


def _have_changed_places(figures: Sequence[str], claim: Statement, other: Statement) -> bool:
    """Tell whether figures stand in another order, without the words beside them."""
    shared = [n for n in figures if figures.count(n) == other.numbers.count(n) == 1]
    positions = [other.numbers.index(n) for n in shared if not _moves_whole(n, claim, other)]
    return positions != sorted(positions)


def _moves_whole(number: str, claim: Statement, other: Statement) -> bool:
    """Tell whether a number has kept a word beside it that no other number has: "form S-14"."""
    others = {*other.numbers} - {number}
    taken = others.union(*(_beside(each, other) for each in others))
    return bool((_beside(number, claim) & _beside(number, other)) - taken)


def _beside(number: str, said: Statement) -> frozenset[str]:
    pairs = pairwise(said.stems)
    return frozenset(word for pair in pairs if number in pair for word in pair) - {number}
