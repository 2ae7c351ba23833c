"""One answer in the making: which models write its text and its table, each in its turn."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.inference import GenerationRequest
from askmesh.summarization.answerability import refusal_bias
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.emitting import Emit
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.generation import ModelTurn
from askmesh.summarization.generation_record import GenerationRecord
from askmesh.summarization.question import Wanted
from askmesh.summarization.reasons import gives_reason
from askmesh.summarization.table import source_table
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.writers import TableWriter, TextWriter
from askmesh.summarization.writing_models import Route, WritingModel
from askmesh.telemetry import Telemetry

LEANING, LEANING_IF_REFUSED = -0.1, -0.4
"""What is added to the logit of Yes where the model is asked of the unit that it wrote from, or of
one that it saw no answer in; nothing where yes or no is asked. Chosen on small collections that are
not reported."""
LEANING_TO_A_REASON = 0.25
"""The same where why is asked and the unit gives a reason: the model sees answers to why as such
less surely. Chosen on thirteen sentences of no collection: of six reasons asked for, five get a yes
so, of seven that are those of something else, one."""
DOUBTLESS = 0.8
"""From this probability on, the evidence is quoted although the model finds no answer in it."""

W = TypeVar("W", TextWriter, TableWriter)


class Draft:
    """The text and the table of one answer.

    Models are asked in the order of the route until one has a first token: from then on it alone
    writes, and what breaks off is not written again. What a model is shown is chosen for it.
    """

    def __init__(
        self,
        request: SummaryRequest,
        route: Route,
        evidence: Evidence,
        emit: Emit[StreamSummaryResponse],
        telemetry: Telemetry,
    ) -> None:
        """`evidence` is that of the first model that is asked."""
        self._request = request
        self._emit = emit
        self._telemetry = telemetry
        self.route = route
        self.texts = [self._text_writer(route.asked[0], evidence)]
        self.tables = [TableWriter(route.asked[0], evidence, emit)]

    @property
    def text(self) -> TextWriter:
        """The writer of the text."""
        return self.texts[-1]

    @property
    def table(self) -> TableWriter:
        """The writer of the table."""
        return self.tables[-1]

    @property
    def writers(self) -> Sequence[TextWriter | TableWriter]:
        """All that have tried, those of the text first, in their order."""
        return [*self.texts, *self.tables]

    @property
    def records(self) -> Sequence[GenerationRecord]:
        """What is known of their generations."""
        return [record for writer in self.writers for record in writer.records]

    async def write_text(self) -> None:
        """Write what needs no model, else let models write."""
        writer = self.text
        doubtful = writer.evidence.doubtful
        if self._request.wants_table and self._needs_no_text(writer):
            await writer.send([] if doubtful else writer.text.caption())
        elif not doubtful and (composed := writer.text.compose()):
            await writer.send(composed)
        else:
            await self._in_turn(self.texts, self._text_writer, self._write_text)

    async def confirms(self, item: EvidenceUnit) -> bool:
        """Ask the model that wrote the text, if doubts are its to decide, whether a unit answers.

        What it wrote rests on the unit or is near it, so it needs to be less sure of it than of
        one that it saw no answer in.
        """
        writer = self.text
        has_written = writer.record.has_begun and writer.record.failure is None
        if not (writer.model.profile.decides_doubts and has_written):
            return False
        leaning = _leaning(writer, item)
        request = writer.model.prompts.look_request(writer.evidence.question, item, leaning=leaning)
        return await writer.confirms(request, self._telemetry)

    async def write_table(self) -> None:
        """Take the table of the sources if there is one, else let models make one."""
        if delta := source_table(self.table.evidence, self._request.table_columns):
            await self.table.send(delta)
        else:
            await self._in_turn(self.tables, self._table_writer, self._write_table)

    async def _in_turn(
        self,
        writers: list[W],
        begin: Callable[[WritingModel, Evidence], W],
        write: Callable[[W, ModelTurn], Awaitable[None]],
    ) -> None:
        await write(writers[-1], self._turn(0, writers))
        for place, model in enumerate(self.route.asked[1:], start=1):
            last = writers[-1].record
            if last.failure is None or last.has_begun:
                return
            evidence = await asyncio.to_thread(model.assembly.evidence, self._request)
            if isinstance(evidence, Evidence):
                writers.append(begin(model, evidence))
                await write(writers[-1], self._turn(place, writers))

    def _turn(self, place: int, tried: Sequence[TextWriter | TableWriter]) -> ModelTurn:
        """Return the turn of a model: it shares what time is left with those that may answer."""
        coming = self.route.asked[place + 1 :]
        sharing = 1 + sum(model.generations.state == "closed" for model in coming)
        return ModelTurn(sharing, sum(writer.record.waited_seconds or 0.0 for writer in tried))

    def _text_writer(self, model: WritingModel, evidence: Evidence) -> TextWriter:
        return TextWriter(self._request.question, model, evidence, self._emit)

    def _table_writer(self, model: WritingModel, evidence: Evidence) -> TableWriter:
        return TableWriter(model, evidence, self._emit)

    async def _write_text(self, writer: TextWriter, turn: ModelTurn) -> None:
        request = writer.model.prompts.text_request(
            self._request.question,
            writer.evidence.shown,
            wanted=writer.evidence.question.wanted,
            doubt=_doubt(writer),
            max_tokens=self._request.max_output_tokens,
            seed=self._request.seed,
        )
        await writer.write(request, self._telemetry, turn)
        _count_prompt(writer, request)

    async def _write_table(self, writer: TableWriter, turn: ModelTurn) -> None:
        columns = self._request.table_columns
        request = writer.model.prompts.table_request(
            self._request.question,
            writer.evidence.shown,
            columns,
            max_tokens=self._request.max_output_tokens,
            seed=self._request.seed,
        )
        await writer.write(request, columns, self._telemetry, turn)
        _count_prompt(writer, request)

    def _needs_no_text(self, writer: TextWriter) -> bool:
        """Tell whether a table needs at most its place above it.

        A small model takes twice the time for a table with a text beside it.
        """
        is_small = writer.model.profile.policy == "strict"
        return is_small or source_table(writer.evidence, self._request.table_columns) is not None


def _leaning(writer: TextWriter, item: EvidenceUnit) -> float:
    question = writer.evidence.question
    if question.wanted is Wanted.YES_NO:
        return 0.0
    if gives_reason(question.text, item.own):
        return LEANING_TO_A_REASON
    return LEANING_IF_REFUSED if writer.text.declined else LEANING


def _doubt(writer: TextWriter) -> float | None:
    """Return how far the model may refuse, or None where its word is not taken on that."""
    probability = writer.evidence.probability
    may_refuse = writer.model.profile.decides_doubts and probability < DOUBTLESS
    return refusal_bias(probability) if may_refuse else None


def _count_prompt(writer: TextWriter | TableWriter, request: GenerationRequest) -> None:
    """Count what was read where the server has not: some tell it at the end of a text alone."""
    record = writer.record
    if record.has_begun and not record.prompt_tokens:
        record.prompt_tokens = writer.model.prompts.tokens_in(request)
