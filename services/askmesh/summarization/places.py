"""Names that stand where the evidence has other names: who did what to whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from askmesh.summarization.statements import NAME_RUN, Statement, content_stems
from askmesh.text import numbers, stem

_PREPOSITIONS = (
    "about after against as at before between by for from in into near of on to under with"
)
_PIECE = re.compile(
    rf"\b(?P<name>{NAME_RUN})|\b(?P<preposition>{_PREPOSITIONS.replace(' ', '|')})\b"
)
_DATED = re.compile(
    rf"(?:\b(?:and|by)|;|\b\w+ly,) (?:the )?({NAME_RUN}) (?:in|on|since) (\d{{4}})\b"
)
_BEGINNING = re.compile(rf"(?:[Tt]he )?(?P<name>{NAME_RUN}) (?P<verb>[a-z]+)")
_GOES_ON = re.compile(
    r"\b(?:against|at|by|for|from|in|into|of|on|to|with) (?:the )?"
    rf"({NAME_RUN}),? (?:and|but|then) ([a-z]+)"
)
_COMPARES = re.compile(r"\b(?:than|compared|unlike|whereas|while|versus)\b", re.IGNORECASE)
_COMPARED = 4
_CALLED = re.compile(rf"\b(?:called|named|nicknamed|known as)\b(?: the)? ({NAME_RUN})")
_PART = re.compile(r"[,;(]| (?:and|but|while) ")
_CELLS_APART = " | "

_Item: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name stands: how many other words are before it, and which are beside it."""

    count: int
    before: _Item
    after: _Item


def have_changed_places(claim: Statement, stated: Statement) -> bool:
    """Tell whether two names stand where the other one stands in the evidence.

    "A, sister of B" became "B, sister of A". Where both places look alike, as in a list, or only
    one of both sentences is passive, nothing is said.
    """
    if (" by " in claim.text) != (" by " in stated.text):
        return False
    new, old = _places(claim), _places(stated)
    shared = sorted(new.keys() & old.keys())
    return any(
        _takes(new[one], old[one], old[other]) and _takes(new[other], old[other], old[one])
        for one, other in combinations(shared, 2)
        if old[one].count != old[other].count
    )


def has_number_of_another(claim: Statement, stated: Statement) -> bool:
    """Tell whether a number stands after a name of the evidence that the claim does not have.

    "A, and B in 1801" does not tell of A in 1801.
    """
    return bool(claim.names) and any(
        number in claim.numbers and not claim.words.intersection(content_stems(name))
        for name, number in _DATED.findall(stated.text)
    )


def has_figure_of_another_part(claim: Statement, stated: Statement) -> bool:
    """Tell whether a number is told of what another part of the sentence is about.

    "31 complaints, 12 of them about waiting, 9 about bills" does not tell of 12 about bills, nor
    "A has twelve places; B has none" of twelve in B.
    """
    if _CELLS_APART in stated.text:
        return False
    parts = [(set(numbers(p)), set(content_stems(p))) for p in _PART.split(stated.text)]
    return any(_is_told_of_another(figure, claim, parts) for figure in claim.numbers) or any(
        _is_on_the_other_side(figure, claim, stated) or _is_told_before(figure, claim, stated)
        for figure in claim.numbers
    )


def _is_told_of_another(
    figure: str, claim: Statement, parts: Sequence[tuple[set[str], set[str]]]
) -> bool:
    own = [words - {figure} for figures, words in parts if figure in figures]
    if len(own) != 1 or not own[0] or own[0] & claim.words:
        return False
    return any(
        figures and figure not in figures and (words - figures) & claim.words
        for figures, words in parts
    )


def _is_told_before(figure: str, claim: Statement, stated: Statement) -> bool:
    """Tell whether a name of the claim comes after the figure, before another one of its unit.

    "Up to 20 euros, in Oslo up to 35 euros" does not tell of 20 euros in Oslo.
    """
    before, found, after = stated.text.partition(f" {figure} ")
    unit = content_stems(after)[:1]
    others = [n for n in numbers(after) if f"{n} " in after and n not in claim.numbers]
    if not found or not unit:
        return False
    ends = [
        end
        for n in others
        if content_stems(after.partition(f"{n} ")[2])[:1] == unit
        for end in [after.index(f"{n} ")]
    ]
    named = {*_named(after[: min(ends, default=0)])} & {*claim.names}
    return bool(named - {*content_stems(before)})


def _is_on_the_other_side(figure: str, claim: Statement, stated: Statement) -> bool:
    sides = [(numbers(side), set(_named(side))) for side in stated.text.split(";")]
    own = [names for figures, names in sides if figure in figures]
    if len(sides) < len(("this", "that")) or len(own) != 1 or not own[0]:
        return False
    others = {name for _, names in sides if names is not own[0] for name in names}
    return not own[0] & claim.words and bool((others - own[0]) & claim.words)


def _named(text: str) -> Iterator[str]:
    for match in re.finditer(NAME_RUN, text):
        yield from content_stems(match.group())


def is_called(name: str, stated: Statement) -> bool:
    """Tell whether a sentence says that what it is about is called so."""
    return any(name in content_stems(match[1]) for match in _CALLED.finditer(stated.text))


def takes_over_a_verb(claim: Statement, stated: Statement) -> bool:
    """Tell whether a name does what is said of another: "A beat B and left" as "B left"."""
    begun = _BEGINNING.match(claim.text)
    return begun is not None and any(
        content_stems(name) == content_stems(begun["name"]) and stem(verb) == stem(begun["verb"])
        for name, verb in _GOES_ON.findall(stated.text)
    )


def says_it_of_the_other_side(claim: Statement, stated: Statement) -> bool:
    """Tell whether a claim begins with what a "than" compares with, and does not compare."""
    left, than, right = stated.text.partition(" than ")
    if not than or not claim.stems or _COMPARES.search(claim.text):
        return False
    before, after = set(content_stems(left)), set(content_stems(right)[:_COMPARED])
    return claim.stems[0] in after - before and bool(claim.words & (before - after))


def _takes(now: _Place, own: _Place, place: _Place) -> bool:
    """Tell whether a name left its own place for that of another one."""
    sides = (
        (now.before, own.before, place.before),
        (now.after, own.after, place.after),
    )
    told = [(here, mine, other) for here, mine, other in sides if mine != other]
    moved = any(here == other and here for here, _, other in told)
    return moved and not any(here == mine and here for here, mine, _ in told)


def _places(statement: Statement) -> dict[_Item, _Place]:
    """Return the places of the names that occur once."""
    items = list(_items(statement.text))
    plain = [(), *(item for item, _ in items), ()]
    return {
        item: _Place(sum(not name for _, name in items[:place]), plain[place], plain[place + 2])
        for place, (item, is_name) in enumerate(items)
        if is_name and plain.count(item) == 1
    }


def _items(text: str) -> Iterator[tuple[_Item, bool]]:
    """Yield words, prepositions and whole names in order, and which are names."""
    end = 0
    for match in _PIECE.finditer(text):
        yield from (((word,), False) for word in content_stems(text[end : match.start()]))
        end = match.end()
        if match["preposition"]:
            yield (f"\0{match['preposition']}",), False
        elif stems := content_stems(match["name"]):
            yield stems, True
    yield from (((word,), False) for word in content_stems(text[end:]))
