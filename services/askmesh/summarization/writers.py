"""The text and the table of one answer, written by a language model under the checks."""

from collections.abc import Sequence
from contextlib import aclosing
from time import perf_counter

from askmesh.api.common.v1.answer_pb2 import TableDelta
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.inference import GenerationRequest
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.checked_text import CheckedText
from askmesh.summarization.emitting import Emit
from askmesh.summarization.generation import ModelTurn
from askmesh.summarization.generation_record import GenerationRecord
from askmesh.summarization.looking import YES
from askmesh.summarization.sentence_buffer import LineBuffer, SentenceBuffer, WordBuffer
from askmesh.summarization.support import Grounds
from askmesh.summarization.table import MAX_ROWS, CheckedTable, evidence_table
from askmesh.summarization.writing_models import WritingModel
from askmesh.telemetry import Telemetry


class TextWriter:
    """Streams the text of one answer. `text` holds what was released, `record` what it took.

    `look` is what it took to look a second time at what might answer.
    `first_words_time` is when the first words were released, on the clock of `perf_counter`.
    """

    def __init__(
        self,
        question: str,
        model: WritingModel,
        evidence: Evidence,
        emit: Emit[StreamSummaryResponse],
    ) -> None:
        profile = model.profile
        grounds = Grounds(question, evidence.shown, support_bar=profile.support_bar)
        self.text = CheckedText(grounds, evidence, marks_unsupported=profile.policy == "mark")
        self.model = model
        self.evidence = evidence
        self.record = GenerationRecord()
        self.look = GenerationRecord()
        self.first_words_time: float | None = None
        self._emit = emit

    async def write(
        self, request: GenerationRequest, telemetry: Telemetry, turn: ModelTurn
    ) -> None:
        """Release what the model writes and the evidence supports, until it has said enough."""
        stream = self.model.generations.stream(request, SentenceBuffer(), self.record, turn=turn)
        with telemetry.stage("text"):
            async with aclosing(stream) as sentences:
                async for sentence in sentences:
                    await self.send(self._checked(sentence, telemetry))
                    if self.text.is_complete:
                        break

    async def confirms(self, request: GenerationRequest, telemetry: Telemetry) -> bool:
        """Tell whether the model says yes; a model that fails does not, and fails for the text."""
        stream = self.model.generations.stream(request, WordBuffer(), self.look)
        with telemetry.stage("second_look"):
            async with aclosing(stream) as words:
                said = [word async for word in words]
        self.record.failure = self.look.failure
        return said[:1] == [YES]

    @property
    def records(self) -> Sequence[GenerationRecord]:
        """What is known of its generations."""
        return (self.record, self.look)

    async def send(self, events: Sequence[StreamSummaryResponse]) -> None:
        """Emit these events, in order."""
        for event in events:
            if self.first_words_time is None:
                self.first_words_time = perf_counter()
            await self._emit(event)

    def _checked(self, sentence: str, telemetry: Telemetry) -> list[StreamSummaryResponse]:
        with telemetry.stage("check"):
            return self.text.take(sentence)


class TableWriter:
    """Streams the table of one answer. `row_count` is how many rows were released."""

    def __init__(
        self, model: WritingModel, evidence: Evidence, emit: Emit[StreamSummaryResponse]
    ) -> None:
        self.row_count = 0
        self.model = model
        self.evidence = evidence
        self.record = GenerationRecord()
        self._emit = emit

    @property
    def records(self) -> Sequence[GenerationRecord]:
        """What is known of its generation."""
        return (self.record,)

    async def write(
        self,
        request: GenerationRequest,
        columns: Sequence[str],
        telemetry: Telemetry,
        turn: ModelTurn,
    ) -> None:
        """Release the rows that the model writes and the evidence supports, each once."""
        table = CheckedTable(columns, self.evidence.shown)
        stream = self.model.generations.stream(request, LineBuffer(), self.record, turn=turn)
        with telemetry.stage("table"):
            async with aclosing(stream) as lines:
                async for line in lines:
                    if delta := table.take(line):
                        await self.send(delta)
                    if self.row_count >= MAX_ROWS:
                        break

    async def send(self, delta: TableDelta) -> None:
        """Emit a part of the table."""
        await self._emit(StreamSummaryResponse(table_delta=delta))
        self.row_count += len(delta.rows)

    async def send_evidence(self) -> None:
        """Emit the evidence itself as the table."""
        await self.send(evidence_table(self.evidence.shown))
