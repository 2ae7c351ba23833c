"""The use case: an answer from sources, of which every sentence is supported."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from askmesh.inference import LanguageModelProfile
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.checked_text import CheckedText
from askmesh.summarization.emitting import Emit, emitted_by
from askmesh.summarization.generation import Generations
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.support import Grounds
from askmesh.summarization.table import source_table
from askmesh.summarization.values import (
    Abstention,
    ModelMissing,
    Outcome,
    Reason,
    SummaryCompleted,
    SummaryEvent,
    SummaryRequest,
    TextDelta,
)
from askmesh.summarization.wording import abstention_text
from askmesh.summarization.writers import TableWriter, TextWriter
from askmesh.telemetry import Telemetry

DOUBTLESS = 0.85
"""From this probability on, the evidence is quoted although the model finds no answer in it."""
QUOTABLE = 0.65
"""From this probability on, the evidence is quoted where nothing that the model wrote holds."""


class Summarizer:
    """Write answers with one language model. What a reader gets is supported by the sources."""

    def __init__(
        self,
        generations: Generations,
        assembly: Assembly,
        prompts: PromptWriter,
        profile: LanguageModelProfile,
        telemetry: Telemetry,
    ) -> None:
        self._generations = generations
        self._assembly = assembly
        self._prompts = prompts
        self._profile = profile
        self._telemetry = telemetry

    async def summarize(self, request: SummaryRequest) -> AsyncGenerator[SummaryEvent]:
        """Yield the parts of the answer, and `SummaryCompleted` last.

        Closing the generator, or cancelling the task that reads it, stops all generations. A
        language model that fails is no error: the answer then quotes the sources and says so.
        """

        async def answer(emit: Emit[SummaryEvent]) -> None:
            with self._telemetry.stage("summarization"):
                await self._answer(request, emit)

        completed = False
        try:
            async with aclosing(emitted_by(answer)) as events:
                async for event in events:
                    completed = isinstance(event, SummaryCompleted)
                    yield event
        except (GeneratorExit, asyncio.CancelledError):
            if not completed:
                self._telemetry.metrics.count_cancellation()
            raise

    async def _answer(self, request: SummaryRequest, emit: Emit[SummaryEvent]) -> None:
        started = perf_counter()
        # Long sources take tens of milliseconds.
        evidence = await asyncio.to_thread(self._assemble, request)
        if isinstance(evidence, Abstention):
            await _abstain(request, evidence, emit)
            return
        text, table = self._writers(request, evidence, emit)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write_text(request, evidence, text))
            if request.wants_table:
                writing.create_task(self._write_table(request, evidence, table))
        abstention = await _finish(request, evidence, text, table)
        if failure := text.record.failure or table.record.failure:
            self._telemetry.metrics.count_degradation("language_model_unavailable")
            await emit(ModelMissing(failure))
        completed = self._completed(abstention, text, table, started)
        self._report(completed, text.first_words_time, started)
        await emit(completed)

    def _assemble(self, request: SummaryRequest) -> Evidence | Abstention:
        with self._telemetry.stage("assembly", {"sources": len(request.sources)}):
            return self._assembly.evidence(request)

    def _writers(
        self, request: SummaryRequest, evidence: Evidence, emit: Emit[SummaryEvent]
    ) -> tuple[TextWriter, TableWriter]:
        profile = self._profile
        grounds = Grounds(request.question, evidence.shown, support_bar=profile.support_bar)
        text = CheckedText(grounds, evidence, marks_unsupported=profile.policy == "mark")
        return (
            TextWriter(text, self._generations, emit),
            TableWriter(evidence, self._generations, emit),
        )

    async def _write_text(
        self, request: SummaryRequest, evidence: Evidence, writer: TextWriter
    ) -> None:
        """Write what needs no model, else let the model write."""
        if request.wants_table and source_table(evidence, request.table_columns):
            await writer.send(writer.text.caption())
            return
        if composed := writer.text.compose():
            await writer.send(composed)
            return
        generation = self._prompts.text_request(
            request.question,
            evidence.shown,
            wanted=evidence.question.wanted,
            max_tokens=request.max_output_tokens,
            seed=request.seed,
        )
        await writer.write(generation, self._telemetry)

    async def _write_table(
        self, request: SummaryRequest, evidence: Evidence, writer: TableWriter
    ) -> None:
        """Take the table of the sources if there is one, else let the model make one."""
        if delta := source_table(evidence, request.table_columns):
            await writer.send(delta)
            return
        generation = self._prompts.table_request(
            request.question,
            evidence.shown,
            request.table_columns,
            max_tokens=request.max_output_tokens,
            seed=request.seed,
        )
        await writer.write(generation, request.table_columns, self._telemetry)

    def _completed(
        self, abstention: Abstention | None, text: TextWriter, table: TableWriter, started: float
    ) -> SummaryCompleted:
        records = (text.record, table.record)
        times = [r.first_token_time for r in records if r.first_token_time is not None]
        return SummaryCompleted(
            outcome=Outcome.ABSTAINED if abstention else Outcome.ANSWERED,
            abstention=abstention,
            model=self._profile.name if times else "",
            prompt_tokens=sum(record.prompt_tokens for record in records),
            completion_tokens=sum(record.completion_tokens for record in records),
            first_token_seconds=min(times) - started if times else None,
            supported_sentences=text.text.supported,
            unsupported_sentences=text.text.unsupported,
        )

    def _report(
        self, completed: SummaryCompleted, first_words_time: float | None, started: float
    ) -> None:
        metrics = self._telemetry.metrics
        metrics.count_tokens("prompt", completed.prompt_tokens)
        metrics.count_tokens("completion", completed.completion_tokens)
        if first_words_time is not None:
            metrics.observe_first_token(first_words_time - started)


async def _abstain(
    request: SummaryRequest, abstention: Abstention, emit: Emit[SummaryEvent]
) -> None:
    await emit(TextDelta(_abstention_text(request, abstention)))
    await emit(SummaryCompleted(outcome=Outcome.ABSTAINED, abstention=abstention))


def _abstention_text(request: SummaryRequest, abstention: Abstention) -> str:
    number = abstention.nearest_source
    source = request.sources[number - 1] if number else None
    place = " > ".join((source.title, *source.headings)).strip(" >") if source else ""
    return abstention_text(request.question, abstention, place)


async def _finish(
    request: SummaryRequest, evidence: Evidence, text: TextWriter, table: TableWriter
) -> Abstention | None:
    """Say what is left to say when the model is done, and return why nothing was answered."""
    if request.wants_table and not table.row_count:
        await table.send_evidence()
    if table.row_count or not text.text.is_empty:
        return None
    if evidence.probability < DOUBTLESS and text.text.declined:
        abstention = Abstention(Reason.NOT_ANSWERED, evidence.shown[0].source_number)
    elif evidence.probability < QUOTABLE and not text.record.failure:
        abstention = Abstention(Reason.UNSUPPORTED_AFTER_WRITING, evidence.shown[0].source_number)
    else:
        await text.send(text.text.quote_best())
        return None
    await text.send(text.text.say(_abstention_text(request, abstention)))
    return abstention
