"""Whether the evidence says what a sentence says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, Protocol, TypeVar

from askmesh.summarization.opposites import are_opposites
from askmesh.summarization.statements import Statement, is_year, statement

FEWEST_WORDS = 3
"""With fewer different content words, or names alone, a text claims nothing that can be checked."""


class Unit(Protocol):
    """What the check needs to know of a piece of a source that may support a sentence."""

    @property
    def source_number(self) -> int:
        """Which source it stands in."""
        ...

    @property
    def text(self) -> str:
        """What it says: the text that is checked, and the one to cite."""
        ...

    @property
    def breadcrumb(self) -> str:
        """Where it stands: title, headings, the line that leads in. Its words count as known."""
        ...


UnitT = TypeVar("UnitT", bound=Unit)


class Fault(Enum):
    """Why a sentence is not supported."""

    FRAGMENT = "it is too short to say something"
    ECHO = "it has no word that the question does not have"
    NUMBER = "the evidence does not have its number"
    NAME = "the evidence does not have its name"
    COVERAGE = "too few of its words stand in the evidence"
    NEGATION = "it denies what the evidence says, or says what the evidence denies"
    OPPOSITE = "it has the opposite of a word of the evidence"
    REVERSAL = "it says the same words the other way round"


@dataclass(frozen=True, slots=True)
class Verdict(Generic[UnitT]):
    """What the check of one sentence found. `units` are those that support it, the best first."""

    support: float
    units: tuple[UnitT, ...] = ()
    fault: Fault | None = None


class Grounds(Generic[UnitT]):
    """Evidence, taken apart once, against which sentences are checked."""

    def __init__(self, question: str, evidence: Sequence[UnitT], *, support_bar: float) -> None:
        self._question = statement(question).words
        self._evidence = [(item, statement(item.text)) for item in evidence]
        self._titles = [statement(item.breadcrumb) for item in evidence]
        self._bar = support_bar

    def check(
        self, sentence: str, *, of_source: int | None = None, is_sentence: bool = True
    ) -> Verdict[UnitT]:
        """Check a sentence against the best one or two sentences of the evidence.

        Its numbers must stand there, its capitalised words too (or in the title and the headings),
        and most of its other words; what is denied must agree; and names or numbers must not
        change places. `of_source` narrows the evidence to one source. What `is_sentence` must
        say something by itself; the row of a table may be short, or repeat the question.
        """
        claim = statement(sentence)
        if _is_fragment(claim) if is_sentence else not claim.stems:
            return Verdict(0.0, fault=Fault.FRAGMENT)
        if is_sentence and claim.words <= self._question:
            return Verdict(0.0, fault=Fault.ECHO)
        candidates = [
            index
            for index, (item, _) in enumerate(self._evidence)
            if of_source in {None, item.source_number}
        ]
        chosen = self._best(claim, candidates)
        support = self._support(claim, chosen)
        items = tuple(self._evidence[index][0] for index in chosen)
        fault = self._fault(claim, chosen, support)
        return Verdict(support, items, fault)

    def _best(self, claim: Statement, candidates: Iterable[int]) -> list[int]:
        """Return the best sentence, and one of the same source if it adds to its support."""
        order = sorted(candidates, key=lambda index: (-self._support(claim, [index]), index))
        if not order:
            return []
        best = order[0]
        more = [index for index in order[1:] if self._is_beside(best, index)]
        second = max(more, key=lambda index: self._support(claim, [best, index]), default=best)
        return [best, second] if self._adds(claim, [best], second) else [best]

    def _is_beside(self, index: int, other: int) -> bool:
        # Sources that tell of different things must not be mixed into one claim.
        sources = [self._evidence[place][0].source_number for place in (index, other)]
        return sources[0] == sources[1]

    def _adds(self, claim: Statement, chosen: Sequence[int], index: int) -> bool:
        return bool((claim.words & self._words([index])) - self._words(chosen))

    def _words(self, chosen: Sequence[int]) -> frozenset[str]:
        words = [self._evidence[index][1].words | self._titles[index].words for index in chosen]
        return frozenset[str]().union(*words)

    def _support(self, claim: Statement, chosen: Sequence[int]) -> float:
        words = self._words(chosen)
        return len(claim.words & words) / len(claim.words)

    def _fault(self, claim: Statement, chosen: Sequence[int], support: float) -> Fault | None:
        stated = [self._evidence[index][1] for index in chosen]
        words = self._words(chosen)
        numbers = {number for other in stated for number in other.numbers}
        found = (
            (Fault.NUMBER, not numbers.issuperset(claim.numbers)),
            (Fault.NAME, not words.issuperset(claim.names)),
            (Fault.COVERAGE, support < self._bar),
            (Fault.OPPOSITE, _says_the_opposite(claim, words)),
            (Fault.NEGATION, _denies_otherwise(claim, stated)),
            (Fault.REVERSAL, any(_is_reversed(claim, other) for other in stated)),
        )
        return next((fault for fault, is_there in found if is_there), None)


def _is_fragment(claim: Statement) -> bool:
    return len(claim.words) < FEWEST_WORDS or claim.words <= set(claim.names)


def _says_the_opposite(claim: Statement, words: frozenset[str]) -> bool:
    new, left_out = claim.words - words, words - claim.words
    return any(are_opposites(word, other) for word in new for other in left_out)


def _denies_otherwise(claim: Statement, stated: Sequence[Statement]) -> bool:
    """Tell whether one denies something, and the other the same without denying it."""
    denied = any(_shares(clause, claim.words) for other in stated for clause in other.denied)
    return denied != bool(claim.denied)


def _shares(clause: frozenset[str], words: frozenset[str]) -> bool:
    return bool(clause) and 2 * len(clause & words) >= len(clause)


def _is_reversed(claim: Statement, other: Statement) -> bool:
    """Tell whether "A <word> B" became "B <word> A", or two numbers of a kind changed places."""
    for years in (True, False):
        of_a_kind = [n for n in claim.numbers if is_year(n) is years]
        if _has_changed_places(of_a_kind, other.numbers):
            return True
    if (" by " in claim.text) != (" by " in other.text):
        return False
    return any(
        _stand_reversed(claim.stems, other.stems, first, second)
        for first, second in zip(claim.names, claim.names[1:], strict=False)
        if first != second
    )


def _stand_reversed(claim: Sequence[str], other: Sequence[str], first: str, second: str) -> bool:
    if first not in other or second not in other or first not in claim or second not in claim:
        return False
    between = set(claim[claim.index(first) + 1 : claim.index(second)])
    there = set(other[other.index(second) + 1 : other.index(first)])
    return bool(between & there - {first, second})


def _has_changed_places(claim: Sequence[str], other: Sequence[str]) -> bool:
    firsts = list(dict.fromkeys(number for number in claim if number in other))
    positions = [other.index(number) for number in firsts]
    return positions != sorted(positions)
