"""What becomes of the sentences of a language model: released, marked, or dropped."""

import re
from itertools import chain

from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.summarization.answer_text import AnswerText
from askmesh.summarization.asked_things import speaks_of_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.citations import take_marks
from askmesh.summarization.code_sentences import of_the_code
from askmesh.summarization.compared_things import of_the_other, tells_one_alone
from askmesh.summarization.composition import composed
from askmesh.summarization.contradictions import Contradiction
from askmesh.summarization.deciding import agrees, decided, only_repeats, yes_or_no
from askmesh.summarization.documents_asked import outline
from askmesh.summarization.enumerations import only_in_part
from askmesh.summarization.evidence import EvidenceUnit, are_beside
from askmesh.summarization.guessed import is_guessed
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.pointing import PlaceOfFacts, pointed_at
from askmesh.summarization.question import Wanted
from askmesh.summarization.quotes_instead import QuoteInstead
from askmesh.summarization.quoting import quoted
from askmesh.summarization.refusals import is_refusal
from askmesh.summarization.said import Said
from askmesh.summarization.stating import stated
from askmesh.summarization.support import Fault, Finding, Grounds
from askmesh.summarization.untrusted import links_as_text
from askmesh.text import numbers

MOST_SENTENCES = 3
PATIENCE = 2
"""After so many sentences in a row that add nothing, the model has nothing more to say."""

_PREFIX = re.compile(
    r"^\s*(?:[-*\u2022#>]+\s+|\d+[.)]\s+"
    r"|(?:the )?answer(?: to (?:this|the) question)?(?: is| would be)?\s*:\s*)+",
    re.IGNORECASE,
)
_BARE = {Wanted.NUMBER: re.compile(r"\d"), Wanted.TIME: re.compile(r"\d")}


class CheckedText:
    """Checks one answer's sentences against the evidence; every method returns events to send."""

    def __init__(
        self, grounds: Grounds[EvidenceUnit], evidence: Evidence, *, marks_unsupported: bool
    ) -> None:
        self._grounds = grounds
        self._evidence = evidence
        self._answer = AnswerText()
        self._marks_unsupported = marks_unsupported
        self._idle = 0
        self._meant: PlaceOfFacts | None = None
        self.supported = self.unsupported = 0
        self.declined = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been released yet."""
        return self._answer.is_empty

    @property
    def instead(self) -> QuoteInstead:
        """What can be quoted where nothing of what was written so far holds."""
        return QuoteInstead(self._evidence, self._meant)

    @property
    def is_complete(self) -> bool:
        """Whether the model has said enough, or goes on without adding anything."""
        said = self.supported + self.unsupported * self._marks_unsupported
        return self.declined or said >= MOST_SENTENCES or self._idle >= PATIENCE

    def compose(self) -> list[StreamSummaryResponse]:
        """Return the answer if it can be made of the sources' own words; else nothing."""
        said = composed(self._evidence)
        if not (said or self._marks_unsupported):
            said = outline(self._evidence.question, self._evidence.shown)
            said = said or of_the_code(self._evidence) or decided(self._evidence)
            said = said or stated(self._evidence)
        return [event for each in said for event in self._answer.add(each)]

    def take(self, sentence: str) -> list[StreamSummaryResponse]:
        """Check a sentence of the model's: release it, mark it, or drop it."""
        text, _ = take_marks(_PREFIX.sub("", sentence))
        text = " ".join(links_as_text(text).split())
        if is_refusal(text):
            self.declined = self.is_empty and self._meant is None
            self._idle = PATIENCE
            return []
        word, claim = yes_or_no(text)
        asked = self._evidence.question.wanted is Wanted.YES_NO
        if not claim or self._answer.says(claim):
            self._idle += 1
            return []
        question = self._evidence.question
        restates = only_repeats(claim, question, trusting=self._marks_unsupported)
        if restates or lacks_kind(question.text, claim):
            return self._reject(text)
        verdict = self._verdict(claim, is_sentence=not (word and asked))
        beside = self._beside(verdict)
        if beside is None or not self._speaks_of_it(claim, verdict):
            return self._reject(text)
        if verdict.fault is None:
            keeps = asked and agrees(word, claim, verdict.units, question)
            said = text if keeps else claim[:1].upper() + claim[1:]
            others = (self._answer.add(quoted(item, question.columns)) for item in beside)
            return [*self._released(said, claim, verdict), *chain.from_iterable(others)]
        asks_number = bool({*numbers(claim)} & {*numbers(question.text)})
        exchanged = verdict.contradiction is Contradiction.EXCHANGE and asks_number
        if self._meant is None and (verdict.fault is not Fault.CONTRADICTION or exchanged):
            self._meant = pointed_at(claim, question.text, self._evidence.shown)
        return self._reject(text)

    def _speaks_of_it(self, claim: str, verdict: Finding[EvidenceUnit]) -> bool:
        question = self._evidence.question
        if question.wanted is not Wanted.ABOUT and are_beside(verdict.units):
            return False
        is_guess = is_guessed(question, verdict.units)
        return not is_guess and speaks_of_it(question.text, verdict.units, claim)

    def _beside(self, verdict: Finding[EvidenceUnit]) -> list[EvidenceUnit] | None:
        """Return what must be told with a claim about one of two things; None without it."""
        question = self._evidence.question
        if verdict.fault or not tells_one_alone(question, verdict.units):
            return []
        return of_the_other(question, verdict.units, self._evidence.shown) or None

    def _released(
        self, text: str, claim: str, verdict: Finding[EvidenceUnit]
    ) -> list[StreamSummaryResponse]:
        """Release a supported sentence, or the statement of which it leaves a part out."""
        self.supported += 1
        self._idle = 0
        question = self._evidence.question
        whole = only_in_part(claim, question, verdict.units)
        if whole is None:
            return self._answer.add_sentence(text, verdict.units, verdict.support)
        said = quoted(whole, question.columns)
        if self._answer.says(said.text):
            self._idle += 1
            return []
        return self._answer.add(said)

    def _reject(self, text: str) -> list[StreamSummaryResponse]:
        self.unsupported += 1
        self._idle += 1
        return self._answer.add_unsupported(text) if self._marks_unsupported else []

    def caption(self) -> list[StreamSummaryResponse]:
        """Return where the table of the sources stands, as its caption."""
        best = self._evidence.ranked[0]
        place = " > ".join(filter(None, (best.source.title, *best.source.headings)))
        return self._answer.add(Said(f"{place}:", (best,), best.own)) if place else []

    def quote_best(self) -> list[StreamSummaryResponse]:
        """Return a quote of what the model meant, or of the best units."""
        return [event for said in self.instead.said() for event in self._answer.add(said)]

    def quote_meant(self) -> list[StreamSummaryResponse]:
        """Return a quote of the unit that the model meant, or of the best."""
        return [event for said in self.instead.place_said() for event in self._answer.add(said)]

    def say(self, said: Said) -> list[StreamSummaryResponse]:
        """Return words of the service's own, or what it says of a source."""
        return self._answer.add(said)

    def _verdict(self, claim: str, *, is_sentence: bool) -> Finding[EvidenceUnit]:
        """Check a claim; a bare number or date of the evidence will do where one is asked for."""
        verdict = self._grounds.check(claim, is_sentence=is_sentence)
        needed = _BARE.get(self._evidence.question.wanted)
        bare = verdict.fault is Fault.FRAGMENT and needed and needed.search(claim)
        return self._grounds.check(claim, is_sentence=False) if bare else verdict
