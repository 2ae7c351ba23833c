"""Things that have a heading each, below which stands what is said of them."""

from collections.abc import Sequence
from itertools import permutations

from askmesh.summarization.grounds import Entry, GroundT
from askmesh.summarization.statements import Statement, statement

_BELOW = " > "


def is_of_another_heading(claim: Statement, chosen: Sequence[Entry[GroundT]]) -> bool:
    """Tell whether a claim names a thing and says of it what stands below the name of another.

    Nothing else that it says stands below the name of the thing.
    """
    said = [claim.words, *(clause.words for clause in claim.clauses)]
    return any(
        _says_it_of(words, named, other, chosen)
        for named, other in permutations(_named_places(chosen), 2)
        if named.rpartition(_BELOW)[0] == other.rpartition(_BELOW)[0]
        for words in said
    )


def _named_places(chosen: Sequence[Entry[GroundT]]) -> list[str]:
    """Return the breadcrumbs that end with a name."""
    places = dict.fromkeys(entry.unit.breadcrumb for entry in chosen)
    return [place for place in places if statement(place.rpartition(_BELOW)[2]).names]


def _says_it_of(
    words: frozenset[str], named: str, other: str, chosen: Sequence[Entry[GroundT]]
) -> bool:
    name = statement(named.rpartition(_BELOW)[2]).words
    own, its = (_words_below(place, chosen) for place in (named, other))
    said = words - name
    return name <= words and not name <= its and bool(said & its) and not said & own


def _words_below(place: str, chosen: Sequence[Entry[GroundT]]) -> frozenset[str]:
    """Return the stems of what stands below a breadcrumb itself."""
    texts = (entry.stated.words for entry in chosen if entry.unit.breadcrumb == place)
    return frozenset[str]().union(*texts)
