"""Whether the evidence says what a sentence says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from askmesh.summarization.contradictions import Contradiction, contradiction
from askmesh.summarization.statements import Clause, Statement, misses_something, statement

FEWEST_WORDS = 3
"""With fewer different content words, or names alone, a text claims nothing that can be checked."""
MAX_UNITS = 4
"""More pieces than these are not put together into the support of one sentence."""
_NEAR = 3
_EXCHANGED = 2
_TOGETHER = 0.5


class Ground(Protocol):
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


GroundT = TypeVar("GroundT", bound=Ground)


class Fault(Enum):
    """Why a sentence is not supported."""

    FRAGMENT = "it is too short to say something, or only leads in"
    ABSENCE = "it says what the sources do not say, which their words cannot show"
    NUMBER = "the evidence does not have its number"
    NAME = "the evidence does not have its name"
    COVERAGE = "too little of it stands in the evidence"
    STITCHED = "its name and its number do not stand together in the evidence"
    CONTRADICTION = "it turns round what the evidence says"

    @property
    def claims_nothing(self) -> bool:
        """Whether the sentence says nothing that the evidence could support."""
        return self in {Fault.FRAGMENT, Fault.ABSENCE}


@dataclass(frozen=True, slots=True)
class Finding(Generic[GroundT]):
    """What the check of one sentence found.

    `support` grows from 0 to 1 with the likelihood that a reader finds the sentence in the
    evidence. `units` are those whose text it rests on, the best first. `contradiction` says what
    is turned round, if that is the fault.
    """

    support: float
    units: tuple[GroundT, ...] = ()
    fault: Fault | None = None
    contradiction: Contradiction | None = None


class Grounds(Generic[GroundT]):
    """Evidence, taken apart once, against which sentences are checked."""

    def __init__(self, question: str, evidence: Sequence[GroundT], *, support_bar: float) -> None:
        asked = statement(question)
        self._question, self._asked_numbers = asked.words, frozenset(asked.numbers)
        self._evidence = [_Entry(unit) for unit in evidence]
        self._bar = support_bar

    def check(
        self, sentence: str, *, of_source: int | None = None, is_sentence: bool = True
    ) -> Finding[GroundT]:
        """Check a sentence against the few units that hold most of it.

        Its numbers and names must stand there or in their breadcrumbs, in each part of the
        sentence together; most of its other words, near each other; and nothing may be turned
        round. `of_source` narrows the evidence to one source. What `is_sentence` must say
        something by itself; the row of a table may be short, or repeat the question.
        """
        claim = statement(sentence)
        if fault := self._emptiness(claim) if is_sentence else _lack_of_words(claim):
            return Finding(0.0, fault=fault)
        chosen = _chosen(claim, [e for e in self._evidence if of_source in {None, e.source}])
        support = _support(claim, chosen, self._question)
        wrong = contradiction(claim, [entry.stated for entry in chosen])
        fault = self._fault(claim, chosen, support) or (wrong and Fault.CONTRADICTION)
        return Finding(support, tuple(entry.unit for entry in chosen), fault, wrong)

    def _emptiness(self, claim: Statement) -> Fault | None:
        if len(claim.words) < FEWEST_WORDS or claim.words <= set(claim.names):
            return Fault.FRAGMENT
        if misses_something(claim.text):
            return Fault.ABSENCE
        leads_in = claim.text.rstrip(" *_").endswith(":")
        figures = set(re.findall(r"\d+", claim.text))
        return Fault.FRAGMENT if leads_in and {*claim.names, *figures} <= self._question else None

    def _fault(
        self, claim: Statement, chosen: Sequence["_Entry[GroundT]"], support: float
    ) -> Fault | None:
        words = _union(chosen)
        figures = {number for entry in chosen for number in entry.numbers} | self._repeated(claim)
        parts = _anchored(claim, self._asked_numbers)
        found = (
            (Fault.NUMBER, not figures.issuperset(claim.numbers)),
            (Fault.NAME, not words.issuperset(claim.names) or _is_exchanged(claim, chosen)),
            (Fault.COVERAGE, support < self._bar),
            (Fault.STITCHED, any(_is_stitched(*part, chosen) for part in parts)),
        )
        return next((fault for fault, is_there in found if is_there), None)

    def _repeated(self, claim: Statement) -> frozenset[str]:
        """Return the numbers that a claim may take from the question: it has others, or words."""
        return self._asked_numbers if claim.words - self._question else frozenset()


class _Entry(Generic[GroundT]):
    """A unit, taken apart."""

    def __init__(self, unit: GroundT) -> None:
        self.unit = unit
        self.source = unit.source_number
        self.stated = statement(unit.text)
        above = statement(unit.breadcrumb)
        self.known = self.stated.words | above.words
        self.numbers = frozenset((*self.stated.numbers, *above.numbers))

    @cached_property
    def pairs(self) -> frozenset[frozenset[str]]:
        """Stems that stand near each other."""
        stems = self.stated.stems
        return frozenset(
            frozenset((stem, other))
            for at, stem in enumerate(stems)
            for other in stems[at + 1 : at + 1 + _NEAR]
        )


def _lack_of_words(claim: Statement) -> Fault | None:
    return None if claim.stems else Fault.FRAGMENT


def _chosen(claim: Statement, entries: Sequence[_Entry[GroundT]]) -> list[_Entry[GroundT]]:
    """Return the unit with most of the claim's words, then those that add to it."""
    chosen: list[_Entry[GroundT]] = []
    left, needed = claim.words, {*claim.numbers, *claim.names}
    while entries and len(chosen) < MAX_UNITS:
        best = max(entries, key=lambda entry: _gain(left & entry.known, needed))
        new = left & best.known
        if not new or (chosen and len(new) == 1 and not new & needed):
            break
        chosen.append(best)
        left -= new
    return chosen


def _gain(new: frozenset[str], needed: set[str]) -> tuple[int, int]:
    return len(new), len(new & needed)


def _support(claim: Statement, chosen: Sequence[_Entry[GroundT]], asked: frozenset[str]) -> float:
    """Return how much of the claim stands in the units.

    It is the mean share of its words in all units, in the best one, and of its word pairs. An
    answer says the question again, in words that the evidence may not have: what it adds to them
    counts as much as the whole.
    """
    if not chosen:
        return 0.0
    pairs = [frozenset(pair) for pair in zip(claim.stems, claim.stems[1:], strict=False)]
    near = [any(pair in entry.pairs for entry in chosen) for pair in pairs]
    known, added = _union(chosen), claim.words - asked
    whole = len(claim.words & known) / len(claim.words)
    best = len(claim.words & chosen[0].known) / len(claim.words)
    support = (whole + best + (sum(near) / len(near) if near else best)) / 3
    told = len(added & known) / len(added) if added else 0.0
    return max(support, (support + told) / 2)


def _union(chosen: Sequence[_Entry[GroundT]]) -> frozenset[str]:
    return frozenset[str]().union(*(entry.known for entry in chosen))


def _is_exchanged(claim: Statement, chosen: Sequence[_Entry[GroundT]]) -> bool:
    """Tell whether a first word, perhaps a name, stands in the place of one of the evidence."""
    if not chosen or not claim.first_word or claim.first_word in _union(chosen):
        return False
    rest, best = claim.words - {claim.first_word}, chosen[0]
    return any(
        rest <= clause.words | best.known and 0 < len(clause.words - claim.words) <= _EXCHANGED
        for clause in best.stated.clauses
        if clause.words & rest
    )


def _anchored(claim: Statement, asked: frozenset[str]) -> Iterator[tuple[Clause, frozenset[str]]]:
    """Yield the clauses that have names or numbers, and these; not those of the question."""
    anchors = {*claim.names, *claim.numbers} - asked
    for clause in claim.clauses:
        if len(clause.words) >= FEWEST_WORDS and clause.words & anchors:
            yield clause, clause.words & anchors


def _is_stitched(
    clause: Clause, anchors: frozenset[str], chosen: Sequence[_Entry[GroundT]]
) -> bool:
    """Tell whether names and numbers stand in other places than what is said of them."""
    return not any(
        anchors <= entry.known | entry.numbers
        and len(clause.words & entry.known) >= _TOGETHER * len(clause.words)
        for entry in chosen
    )
