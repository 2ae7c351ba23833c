"""Whether the evidence says what a sentence says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Generic

from askmesh.summarization.alternatives import tells_another_alternative
from askmesh.summarization.columns import has_figure_of_a_narrower_column
from askmesh.summarization.contradictions import Contradiction, contradiction
from askmesh.summarization.coverage import FEWEST_WORDS, coverage, is_stitched
from askmesh.summarization.grounds import (
    Entry,
    GroundT,
    chosen_for,
    entries_of,
    numbers_of,
    words_of,
)
from askmesh.summarization.headed_things import is_of_another_heading
from askmesh.summarization.longer_names import names_a_part
from askmesh.summarization.statements import Statement, misses_something, statement
from askmesh.summarization.tallies import tally_of
from askmesh.text import is_negated

_LONG, _CLOSE = 6, 0.88
"""From how many letters and from which likeness on a word is taken for another, misspelt."""
_IS_NONE = re.compile(r"\bthere (?:is|are|was|were|will be) (?:no|not any)\b", re.IGNORECASE)
_NONE = re.compile(
    r"(?<![\d.,])0(?![\d.,:])|: (?:-|\u2013|\u2014|n/a|false)?(?: \||$)", re.IGNORECASE
)


class Fault(Enum):
    """Why a sentence is not supported."""

    FRAGMENT = "it is too short to say something, or only leads in"
    ABSENCE = "it says what the sources do not say, which their words cannot show"
    NUMBER = "the evidence does not have its number"
    NAME = "the evidence does not have its name"
    COVERAGE = "too little of it stands in the evidence"
    STITCHED = "its name and its number do not stand together in the evidence"
    CONTRADICTION = "it turns round what the evidence says"


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
        self._asked = asked.text
        self._question, self._asked_numbers = asked.words, frozenset(asked.numbers)
        self._evidence = [entry for unit in evidence for entry in entries_of(unit)]
        self._text = "\n".join(entry.stated.text for entry in self._evidence)
        self._bar = support_bar

    def check(
        self, sentence: str, *, of_source: int | None = None, is_sentence: bool = True
    ) -> Finding[GroundT]:
        """Check a sentence against the few units that hold most of it.

        Its numbers and names must stand there or in their breadcrumbs, those of one clause in one
        source; most of its other words, near each other; and nothing may be turned round or
        exchanged. `of_source` narrows the evidence to one source. What `is_sentence` must say
        something by itself; the row of a table may be short, or repeat the question.
        """
        claim = statement(sentence)
        if fault := self._emptiness(claim) if is_sentence else _lack_of_words(claim):
            return Finding(0.0, fault=fault)
        chosen = chosen_for(claim, [e for e in self._evidence if of_source in {None, e.source}])
        support = coverage(claim, chosen, self._question)
        if support < self._bar and (meant := self._misspelt(claim)):
            support = coverage(claim, chosen, self._question | meant)
        wrong = self._contradiction(claim, [entry.stated for entry in chosen])
        fault = self._fault(claim, chosen, support) or (wrong and Fault.CONTRADICTION)
        return Finding(support, tuple(entry.unit for entry in chosen), fault, wrong)

    def _contradiction(self, claim: Statement, stated: Sequence[Statement]) -> Contradiction | None:
        found = contradiction(claim, stated)
        if found or not stated:
            return found
        is_exchanged = (
            has_figure_of_a_narrower_column(claim, self._question, stated[0])
            or tells_another_alternative(claim, self._question, stated[0])
        )  # fmt: skip
        return Contradiction.EXCHANGE if is_exchanged else None

    def _emptiness(self, claim: Statement) -> Fault | None:
        if len(claim.words) < FEWEST_WORDS or claim.words <= set(claim.names):
            return Fault.FRAGMENT
        if misses_something(claim.text):
            return Fault.ABSENCE
        leads_in = claim.text.rstrip(" *_").endswith(":")
        figures = set(re.findall(r"\d+", claim.text))
        return Fault.FRAGMENT if leads_in and {*claim.names, *figures} <= self._question else None

    def _fault(
        self, claim: Statement, chosen: Sequence[Entry[GroundT]], support: float
    ) -> Fault | None:
        tally = _tally(claim, chosen)
        figures = numbers_of(chosen) | self._repeated(claim) | tally
        found = (
            (Fault.NUMBER, not figures.issuperset(claim.numbers)),
            (Fault.NAME, self._lacks_a_name(claim, chosen)),
            (Fault.COVERAGE, support < self._bar),
            (Fault.STITCHED, self._is_stitched(claim, chosen, tally)),
            (Fault.ABSENCE, _says_there_is_none(claim) and not _denies(chosen)),
        )
        return next((fault for fault, is_there in found if is_there), None)

    def _is_stitched(
        self, claim: Statement, chosen: Sequence[Entry[GroundT]], tally: frozenset[str]
    ) -> bool:
        known = self._asked_numbers | tally
        return is_stitched(claim, chosen, known) or is_of_another_heading(claim, chosen)

    def _lacks_a_name(self, claim: Statement, chosen: Sequence[Entry[GroundT]]) -> bool:
        if not words_of(chosen).issuperset(claim.names):
            return True
        told = " ".join(entry.stated.text for entry in chosen)
        return names_a_part(self._asked, claim.text, told, self._text)

    def _misspelt(self, claim: Statement) -> frozenset[str]:
        """Return the words of a claim that the question has with a slip of the keys."""
        typed = [word for word in self._question - claim.words if len(word) >= _LONG]
        meant = (word for word in claim.words - self._question if len(word) >= _LONG)
        return frozenset(word for word in meant if get_close_matches(word, typed, 1, _CLOSE))

    def _repeated(self, claim: Statement) -> frozenset[str]:
        """Return the numbers that a claim may take from the question: it has others, or words."""
        return self._asked_numbers if claim.words - self._question else frozenset()


def _says_there_is_none(claim: Statement) -> bool:
    return _IS_NONE.search(claim.text) is not None


def _denies(chosen: Sequence[Entry[GroundT]]) -> bool:
    """Tell whether the evidence denies something, has an empty cell or counts none."""
    told = [entry.stated.text for entry in chosen]
    return any(is_negated(text) or _NONE.search(text) for text in told)


def _tally(claim: Statement, chosen: Sequence[Entry[GroundT]]) -> frozenset[str]:
    return tally_of(claim.text, (entry.stated.text for entry in chosen))


def _lack_of_words(claim: Statement) -> Fault | None:
    return None if claim.stems else Fault.FRAGMENT
