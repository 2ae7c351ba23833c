"""The text of one answer as it grows: what was said, where, and on whose word."""

from collections.abc import Sequence

from askmesh.summarization.citations import marks, without_lookalikes
from askmesh.summarization.evidence import EvidenceSentence, jaccard
from askmesh.summarization.overlap import stems
from askmesh.summarization.values import Citation, SummaryEvent, TextDelta

SAME_WORDS = 0.7
"""From this share of common words on, a sentence repeats a quote."""


class AnswerText:
    """Appends sentences and quotes, with a mark and a citation for each source.

    The methods that add return the events to send: one delta, then its citations.
    """

    def __init__(self) -> None:
        self._length = 0
        self._said: list[frozenset[str]] = []
        self._quoted: list[frozenset[str]] = []
        self._used: list[EvidenceSentence] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been said yet."""
        return self._length == 0

    @property
    def quote_count(self) -> int:
        """How many quotes there are."""
        return len(self._quoted)

    def add_sentence(
        self, text: str, evidence: Sequence[EvidenceSentence], support: float
    ) -> list[SummaryEvent]:
        """Append a sentence of the model's that `evidence` supports, the best of it first."""
        self._said.append(stems(text))
        return self._cited(text, evidence, [item.text for item in evidence], support)

    def add_quote(self, evidence: EvidenceSentence) -> list[SummaryEvent]:
        """Append a sentence of a source, word for word, in quotation marks."""
        leans_on_known = any(
            item.source_number == evidence.source_number
            and item.context_start <= evidence.context_start < item.end
            for item in self._used
        )
        quote = evidence.text if leans_on_known else evidence.text_in_context
        self._used.append(evidence)
        self._quoted.append(stems(quote))
        shown = " ".join(without_lookalikes(quote).split())
        return self._cited(f"\u201c{shown}\u201d", [evidence], [quote], 1.0)

    def says(self, text: str) -> bool:
        """Tell whether `text` adds nothing to what was said, or is nearly a quote again."""
        words = stems(text)
        return any(words <= said for said in self._said) or any(
            jaccard(words, quoted) >= SAME_WORDS for quoted in self._quoted
        )

    def has_quoted(self, evidence: EvidenceSentence) -> bool:
        """Tell whether this sentence was quoted, alone or before one that leans on it."""
        return any(
            item.source_number == evidence.source_number
            and item.context_start <= evidence.start < item.end
            for item in self._used
        )

    def _cited(
        self,
        text: str,
        evidence: Sequence[EvidenceSentence],
        quotes: Sequence[str],
        support: float,
    ) -> list[SummaryEvent]:
        numbers = tuple(sorted({item.source_number for item in evidence}))
        delta = self._append(text, marks(numbers))
        end = self._length - len(marks(numbers))
        citations = [
            Citation(
                source_number=item.source_number,
                passage_id=item.source.passage_id,
                start=end - len(text),
                end=end,
                quote=quote,
                support=support,
            )
            for item, quote in zip(evidence, quotes, strict=True)
        ]
        return [delta, *citations]

    def _append(self, text: str, marks_after: str) -> TextDelta:
        piece = f"{'' if self.is_empty else ' '}{text}{marks_after}"
        self._length += len(piece)
        return TextDelta(piece)
