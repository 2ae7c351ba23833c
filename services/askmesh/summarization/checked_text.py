"""What becomes of the sentences of a language model: released, replaced by a quote, or dropped."""

import re

from askmesh.summarization.answer_text import AnswerText
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.citations import take_marks
from askmesh.summarization.evidence import EvidenceSentence
from askmesh.summarization.prompt import NO_ANSWER
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import SummaryEvent

PATIENCE = 2
"""After so many sentences in a row that add nothing, the model has nothing more to say."""

_PREFIX = re.compile(
    r"^\s*(?:[-*\u2022#>]+\s+|\d+[.)]\s+"
    r"|(?:the )?answer(?: to (?:this|the) question)?(?: is| would be)?\s*:\s*)+",
    re.IGNORECASE,
)

_REFUSAL = re.compile(
    r"\bthe (?:sources?|text|passages?|documents?|context)(?: provided)?"
    r" do(?:es)?(?: not|n['\u2019]t)(?: \w+)?"
    r" (?:answer|mention|provide|say|specify|state|contain|give)\b",
    re.IGNORECASE,
)


class CheckedText:
    """Checks one answer's sentences against the evidence; every method returns events to send."""

    def __init__(
        self, grounds: Grounds[EvidenceSentence], evidence: Evidence, *, max_quotes: int
    ) -> None:
        self._grounds = grounds
        self._evidence = evidence
        self._answer = AnswerText()
        self._max_quotes = max(max_quotes, evidence.leading)
        self._idle = 0
        self.supported = 0
        self.unsupported = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been released yet."""
        return self._answer.is_empty

    @property
    def is_exhausted(self) -> bool:
        """Whether the model goes on without adding anything."""
        return self._idle >= PATIENCE

    def lead(self) -> list[SummaryEvent]:
        """Quote the best sentence for each part of the question that is good enough for that."""
        return [event for _ in range(self._evidence.leading) for event in self._quote_next()]

    def take(self, sentence: str) -> list[SummaryEvent]:
        """Check a sentence of the model's and release it, or a quote in its place, or nothing."""
        text, named = take_marks(_PREFIX.sub("", sentence))
        text = " ".join(text.split())
        if not text or self._answer.says(text):
            self._idle += 1
            return []
        verdict = self._grounds.check(text)
        if verdict.fault is None:
            self.supported += 1
            self._idle = 0
            support = (*verdict.units, *self._also(text, named, verdict.units))
            return self._answer.add_sentence(text, support, verdict.support)
        self.unsupported += 1
        self._idle += 1
        return self._quote_next()

    def fill_with_quotes(self) -> list[SummaryEvent]:
        """Quote what is good enough, and the best sentence in any case if nothing was said yet."""
        events: list[SummaryEvent] = []
        if self.is_empty and self._evidence.quotable:
            events += self._answer.add_quote(self._evidence.quotable[0])
        while more := self._quote_next():
            events += more
        return events

    def _quote_next(self) -> list[SummaryEvent]:
        if self._answer.quote_count >= self._max_quotes:
            return []
        for item in self._evidence.quotable:
            good = item.score >= self._evidence.quote_floor
            if good and not self._answer.has_quoted(item) and not self._answer.says(item.text):
                return self._answer.add_quote(item)
        return []

    def _also(
        self, text: str, named: tuple[int, ...], found: tuple[EvidenceSentence, ...]
    ) -> list[EvidenceSentence]:
        """Return the support of further sources that the model names, where they do support it."""
        known = {item.source_number for item in found}
        verdicts = [self._grounds.check(text, of_source=n) for n in named if n not in known]
        return [verdict.units[0] for verdict in verdicts if verdict.fault is None]


def is_no_answer(sentence: str) -> bool:
    """Tell whether the model says that the sources do not answer."""
    return NO_ANSWER.lower() in sentence.lower() or _REFUSAL.search(sentence) is not None
