"""What is quoted where nothing holds of what a language model wrote."""

from dataclasses import dataclass

from askmesh.summarization.answerability import says_the_opposite
from askmesh.summarization.asked_things import speaks_of_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.compared_things import tells_one_alone
from askmesh.summarization.documents_asked import outline
from askmesh.summarization.evidence import EvidenceUnit, are_beside, lead_of
from askmesh.summarization.guessed import is_guessed
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.nearest import is_alone
from askmesh.summarization.pointing import PlaceOfFacts, is_of_another
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted, standing_for
from askmesh.summarization.rows_alike import rows_alike
from askmesh.summarization.said import Said
from askmesh.summarization.sections import is_entry_of
from askmesh.summarization.word_forms import MEASURING, verb_forms
from askmesh.text import UnitKind, content_words, numbers, stem, stems, stems_and_parts

QUOTABLE_SCORE = 0.5
QUOTABLE_ALONE = 0.65
"""A unit of this score, or one that answers with this probability, may be quoted although the
model's own words did not hold."""
AS_NEAR, TIMES_THE_NEXT = 0.95, 2.0
"""A place that the model meant may be quoted if its score is that share of the best one's. The best
itself may with little else to say for it where it is so many times as near as the next."""
STANDING_OUT = ((0.7, 3.0), (0.5, 6.0))
"""From which probability on, and how many times as near as the next, the best unit stands out; one
without a score of its own only by the first."""


_ROW_SHARE = 0.5
_OF_ROOM = stems("people person guest fit hold")
"""Whose number a column of seats tells in its own words."""


@dataclass(frozen=True, slots=True)
class QuoteInstead:
    """A quote in the place of what a model wrote: `meant` is where its facts stand, if anywhere."""

    evidence: Evidence
    meant: PlaceOfFacts | None

    @property
    def has_a_place(self) -> bool:
        """Whether a quote can stand for what the model wrote.

        Its facts have a place as near as the best unit, or that one likely answers by itself,
        stands out, or is the entry of the code that was asked for. A yes or no without a place is
        nothing to quote, nor is what lacks the kind of thing that was asked for, or says the
        opposite.
        """
        best = self.evidence.shown[0]
        if not self._may_be_quoted(self._place) or self._is_further_off(self._place):
            return False
        if self.meant is not None or self._stands_out():
            return True
        question = self.evidence.question
        is_likely = self.evidence.probability >= QUOTABLE_ALONE or is_entry_of(question, best)
        return (is_likely and question.wanted is not Wanted.YES_NO) or best.score >= QUOTABLE_SCORE

    @property
    def means_the_best(self) -> bool:
        """Whether the figures of what the model wrote stand in the best unit, far before others."""
        evidence, best = self.evidence, self.evidence.shown[0]
        is_meant = self.meant is not None and self.meant.unit == best
        has_figures = self.meant is not None and any(map(numbers, self.meant.facts))
        is_far_before = lead_of(best, evidence.ranked) >= TIMES_THE_NEXT and not evidence.doubtful
        return is_meant and has_figures and is_far_before and self._may_be_quoted(best)

    @property
    def to_look_at(self) -> EvidenceUnit | None:
        """The unit of which the model may be asked whether it answers: the one that it meant.

        Without one it is the best. None of another kind or of another by name, none that denies, or
        that tells one alone of two; but whether it speaks of the thing in other words is for the
        model to tell.
        """
        return self._place if self._is_fit(self._place) else None

    @property
    def _place(self) -> EvidenceUnit:
        return self.meant.unit if self.meant else self.evidence.shown[0]

    def _is_further_off(self, item: EvidenceUnit) -> bool:
        is_compared = COMPARES.search(self.evidence.question.text) is not None
        return item.score < AS_NEAR * self.evidence.shown[0].score and not is_compared

    def _may_be_quoted(self, item: EvidenceUnit) -> bool:
        question = self.evidence.question
        is_strange = is_strange_row(question, item)
        return self._is_fit(item) and not is_strange and speaks_of_it(question.text, [item])

    def _is_fit(self, item: EvidenceUnit) -> bool:
        question = self.evidence.question
        told = f"{quoted(item, question.columns).text}\n{item.text}"
        is_of_another_kind = lacks_kind(question.text, told) or is_of_another(question, item)
        is_else = are_beside([item]) or says_the_opposite(question, item.own)
        is_one_of_several = tells_one_alone(question, [item]) or is_guessed(question, [item])
        return not (is_of_another_kind or is_else or is_one_of_several)

    def _stands_out(self) -> bool:
        evidence, best = self.evidence, self.evidence.shown[0]
        bars = STANDING_OUT if best.own_score is not None else STANDING_OUT[:1]
        lead = lead_of(best, evidence.ranked)
        likely = any(evidence.probability >= least and lead >= times for least, times in bars)
        return likely or is_alone(evidence)

    def said(self) -> list[Said]:
        """Return what can be said word for word: the unit that the model meant, or the best ones.

        Of a document as a whole, that is its outline; of a question with parts, one for each.
        """
        question = self.evidence.question
        if headings := outline(question, self.evidence.shown):
            return headings
        if len(self.evidence.parts) > 1:
            parts = dict.fromkeys(self.evidence.parts)
            return [quoted(item, question.columns) for item in parts]
        return self.place_said()

    def place_said(self) -> list[Said]:
        """Return the unit that the model meant, or the best one, word for word.

        Of a row whose facts the model did not tell apart, the rows that answer as it does are with
        it.
        """
        asked = self.evidence.question.columns
        rows = [] if self.meant and self.meant.facts else rows_alike(self.evidence, self._place)
        if len(rows) > 1:
            return [quoted(item, asked) for item in rows]
        return [standing_for(self.meant) if self.meant else quoted(self._place, asked)]


def is_strange_row(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether a row, with what stands above it, has less than half of what was asked about.

    The row into whose range an amount falls has that amount.
    """
    if item.unit.kind is not UnitKind.ROW or COMPARES.search(question.text):
        return False
    words = stems_and_parts(f"{item.breadcrumb} {item.own}")
    asked = content_words(question.text) if item.note else ()
    known = words.union(verb_forms(words), (stem(word) for word in asked if numbers(word)))
    about = question.stems - MEASURING - (_OF_ROOM - words)
    return len(about & known) < _ROW_SHARE * len(about)
