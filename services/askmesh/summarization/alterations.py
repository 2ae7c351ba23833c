"""What was changed in a sentence that otherwise repeats a unit of the evidence."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TypeAlias

from askmesh.summarization.places import is_called
from askmesh.summarization.statements import NOT, Statement
from askmesh.text import stem

_REPEATED_SHARE = 0.7
_FEWEST_REPEATED = 2
_LONGEST_CHANGE = 5
# What has a denial in it: "keep from falling" does not deny "do not fall".
_DENYING_TEXT = "avoid block decline exclude forbid keep lack prevent prohibit refuse stop unless"
_DENYING = frozenset(stem(word) for word in _DENYING_TEXT.split())
_SHORT_YEAR, _YEAR = 2, 4
_TURNED_TEXT = (
    "before/after above/below over/under since/until more/less more/fewer he/she him/her his/her"
)
_CONTENT = frozenset(("less", "fewer"))
_BOUNDS = frozenset(("\0up to", "\0at least", "\0at most"))


def _both_ways() -> Iterator[tuple[str, str]]:
    for pair in _TURNED_TEXT.split():
        first, second = (stem(w) if w in _CONTENT else f"\0{w}" for w in pair.split("/"))
        yield first, second
        yield second, first


_TURNED = frozenset(_both_ways())
_Code: TypeAlias = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """Words of a unit, and those that stand in their place; either may be none.

    `moved` are the words of the unit between both places if the new ones stand elsewhere in it.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    moved: tuple[str, ...] = ()


class Comparison:
    """A sentence beside the unit that it repeats, if it repeats one."""

    def __init__(self, claim: Statement, stated: Statement) -> None:
        self._claim = claim
        self._stated = stated

    @cached_property
    def changes(self) -> list[Change]:
        """What the sentence changes in the unit; nothing if it repeats little of it."""
        old, new = self._stated.sequence, self._claim.sequence
        codes = [
            _beside_the_same(code, len(new))
            for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        ]
        repeated = sum(end - start for kind, start, end, _, _ in codes if kind == "equal")
        found = [_change(old, new, code) for code in codes if _is_short(code)]
        return [
            change
            for change in found
            if repeated >= max(_FEWEST_REPEATED, _REPEATED_SHARE * (len(new) - len(change.after)))
        ]

    @property
    def turns_order(self) -> bool:
        """Whether "before" became "after", "he" became "she", or a bound was left out."""
        return any(map(_turns, self.changes))

    @property
    def has_another_name(self) -> bool:
        """Whether a name stands in the place of another, or a number in that of another."""
        if any(is_called(word, self._stated) for word in self._claim.sequence[:1]):
            return False
        exchanged = any(_exchanges(each, self._claim, self._stated) for each in self.changes)
        return (
            exchanged
            or self._borrows_its_subject()
            or (bool(self.changes) and self._exchanges_objects())
        )

    @property
    def denies(self) -> bool:
        """Whether one of both denies what the other one says, or they deny different things."""
        if self.denies_in_other_words:
            return False
        put_in = any({each.before, each.after} == {(), (NOT,)} for each in self.changes)
        return put_in or self._denies_something_else()

    @property
    def denies_in_other_words(self) -> bool:
        """Whether one of them alone has a word with a denial in it, such as "prevent"."""
        return bool((self._claim.words ^ self._stated.words) & _DENYING)

    def _denies_something_else(self) -> bool:
        denied = _about_denials(self._claim.sequence, before=0, after=2) - set(self._claim.names)
        told = _about_denials(self._stated.sequence, before=2, after=4)
        return bool(denied) and bool(told) and not denied & told

    def _borrows_its_subject(self) -> bool:
        """Tell whether a name from elsewhere in the unit begins what is said there of another."""
        old, new = self._stated.sequence, self._claim.sequence
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        first, second = blocks[0], blocks[min(1, len(blocks) - 1)]
        between = old[first.a + first.size : second.a]
        names = set(self._stated.names)
        return (
            first.b == 0
            and first.size == 1
            and new[0] in {*self._claim.names, self._claim.first_word}
            and second.b == 1
            and second.size >= _REPEATED_SHARE * (len(new) - 1)
            and not names.issuperset(between)
            and between[-1] in names
        )

    def _exchanges_objects(self) -> bool:
        """Tell whether "A in B" became "B in A": each after the other's preposition."""
        new = self._claim.objects - self._stated.objects
        old = self._stated.objects - self._claim.objects
        return any(
            preposition == other and name in self._stated.names and before in self._claim.names
            for preposition, name in new
            for other, before in old
        )


def _exchanges(change: Change, claim: Statement, stated: Statement) -> bool:
    new, old = _plain(change.after, change.before), _plain(change.before, change.after)
    if not new or not old or _is_short_for(change) or _is_of_a_list(change, stated):
        return False
    names = new <= {*claim.names, claim.first_word} and old <= {*stated.names, stated.first_word}
    return names or (new <= set(claim.numbers) and old <= set(stated.numbers))


def _plain(words: Sequence[str], without: Sequence[str]) -> set[str]:
    return {word for word in words if word not in without and not word.startswith("\0")}


def _turns(change: Change) -> bool:
    pairs = {(one, other) for one in change.before for other in change.after}
    dropped = len(change.before) == 1 and not change.after and set(change.before) <= _BOUNDS
    return dropped or bool(pairs & _TURNED)


def _about_denials(sequence: Sequence[str], *, before: int, after: int) -> frozenset[str]:
    """Return so many words before and after each denial."""
    places = [place for place, word in enumerate(sequence) if word == NOT]
    around = (sequence[max(0, place - before) : place + after + 1] for place in places)
    return frozenset(word for words in around for word in words) - {NOT}


def _beside_the_same(code: _Code, length: int) -> _Code:
    """Return a long change at an end of the sentence without what is further away in the unit."""
    kind, start, end, first, last = code
    if kind == "replace" and end - start > _LONGEST_CHANGE:
        if first == 0:
            start = max(start, end - last)
        elif last == length:
            end = min(end, start + last - first)
    return kind, start, end, first, last


def _is_short(code: _Code) -> bool:
    kind, start, end, first, last = code
    return kind != "equal" and max(end - start, last - first) <= _LONGEST_CHANGE


def _change(old: Sequence[str], new: Sequence[str], code: _Code) -> Change:
    _, start, end, first, last = code
    before, after = tuple(old[start:end]), tuple(new[first:last])
    places = [old.index(word) for word in after if word in old]
    moved: Sequence[str] = ()
    if before and places and len(places) == len(after):
        moved = old[end : min(places)] if min(places) >= end else old[max(places) + 1 : start]
    return Change(before, after, tuple(moved))


def _is_of_a_list(change: Change, stated: Statement) -> bool:
    """Tell whether names changed places with nothing but names between them."""
    return bool(change.moved) and set(change.moved) <= set(stated.names)


def _is_short_for(change: Change) -> bool:
    """Tell whether one is made of the first letters of the other, or of a year's last digits."""
    short, long = sorted((change.before, change.after), key=lambda words: len("".join(words)))
    years = [
        (len(one), len(two)) == (_SHORT_YEAR, _YEAR) and two.endswith(one)
        for one, two in zip(short, long, strict=False)
    ]
    letters = "".join(word[0] for word in long)
    return all(years) or (len(short) == 1 and short[0] == letters)
