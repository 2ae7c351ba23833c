"""The text of one answer as it grows: what was said, where, and on whose word."""

from collections.abc import Sequence

from askmesh.api.common.v1.answer_pb2 import Citation, TextDelta, UnsupportedSpan
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.summarization.citations import marks
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.said import Said
from askmesh.text import stems


class AnswerText:
    """Appends sentences, with a mark and a citation for each source.

    The methods that add return the events to send: one delta, then its citations.
    """

    def __init__(self) -> None:
        self._length = 0
        self._said: list[frozenset[str]] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been said yet."""
        return self._length == 0

    def add(self, said: Said) -> list[StreamSummaryResponse]:
        """Append the sources' own words or figures, in support of which their units are cited."""
        self._said.append(stems(said.text))
        quotes = [said.quote, *(item.own for item in said.units[1:])][: len(said.units)]
        return self._cited(said.text, said.units, quotes, 1.0, said.after)

    def add_sentence(
        self, text: str, evidence: Sequence[EvidenceUnit], support: float
    ) -> list[StreamSummaryResponse]:
        """Append a sentence of the model's that `evidence` supports, the best of it first."""
        self._said.append(stems(text))
        return self._cited(text, evidence, [item.text for item in evidence], support)

    def add_unsupported(self, text: str) -> list[StreamSummaryResponse]:
        """Append a sentence of the model's that nothing supports, and mark it as such."""
        delta = self._append(text, "")
        span = UnsupportedSpan(start_offset=self._length - len(text), end_offset=self._length)
        return [delta, StreamSummaryResponse(unsupported_span=span)]

    def says(self, text: str) -> bool:
        """Tell whether `text` adds nothing to what was said."""
        words = stems(text)
        return any(words <= said for said in self._said)

    def _cited(
        self,
        text: str,
        evidence: Sequence[EvidenceUnit],
        quotes: Sequence[str],
        support: float,
        after: str = "",
    ) -> list[StreamSummaryResponse]:
        numbers = marks(tuple(sorted({item.source_number for item in evidence})))
        block = f"\n\n{after}\n" if after else ""
        delta = self._append(text, numbers + block)
        start = self._length - len(text) - len(numbers) - len(block)
        end = self._length if after else start + len(text)
        citations = [
            Citation(
                source_number=item.source_number,
                passage_id=item.source.passage_id,
                start_offset=start,
                end_offset=end,
                quote=quote,
                support=support,
            )
            for item, quote in zip(evidence, quotes, strict=True)
        ]
        return [delta, *(StreamSummaryResponse(citation=citation) for citation in citations)]

    def _append(self, text: str, after: str) -> StreamSummaryResponse:
        piece = f"{'' if self.is_empty else ' '}{text}{after}"
        self._length += len(piece)
        return StreamSummaryResponse(text_delta=TextDelta(text=piece))
