"""The use case: an answer from sources, of which every sentence is supported."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from time import perf_counter

from askmesh.inference import LanguageModelProfile
from askmesh.summarization.abstention import ABSTENTION
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.checked_text import CheckedText
from askmesh.summarization.emitting import Emit, emitted_by
from askmesh.summarization.generation import Generations
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.support import Grounds
from askmesh.summarization.table import DEFAULT_COLUMNS
from askmesh.summarization.values import (
    ModelMissing,
    Outcome,
    SummaryCompleted,
    SummaryEvent,
    SummaryRequest,
    TextDelta,
)
from askmesh.summarization.writers import TableWriter, TextWriter
from askmesh.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """The support that a sentence needs to be released, and how many quotes an answer may have."""

    support_bar: float
    max_quotes: int


class Summarizer:
    """Write answers with one language model. What a reader gets is supported by the sources."""

    def __init__(
        self,
        generations: Generations,
        assembly: Assembly,
        prompts: PromptWriter,
        profile: LanguageModelProfile,
        *,
        checks: CheckLimits,
        telemetry: Telemetry,
    ) -> None:
        self._generations = generations
        self._assembly = assembly
        self._prompts = prompts
        self._profile = profile
        self._checks = checks
        self._telemetry = telemetry

    async def summarize(self, request: SummaryRequest) -> AsyncGenerator[SummaryEvent]:
        """Yield the parts of the answer, and `SummaryCompleted` last.

        Closing the generator, or cancelling the task that reads it, stops all generations. A
        language model that fails is no error: the answer then quotes the sources and says so.
        """

        async def answer(emit: Emit[SummaryEvent]) -> None:
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
        if evidence is None:
            await emit(TextDelta(ABSTENTION))
            await emit(SummaryCompleted(outcome=Outcome.ABSTAINED))
            return
        text, table = self._writers(request, evidence, emit)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write_text(request, evidence, text))
            if request.wants_table:
                writing.create_task(self._write_table(request, evidence, table))
        outcome = await _finish(request, evidence, text, table)
        if failure := text.record.failure or table.record.failure:
            self._telemetry.metrics.count_degradation("language_model_unavailable")
            await emit(ModelMissing(failure))
        completed = self._completed(outcome, text, table, started)
        self._report(completed, text.first_words_time, started)
        await emit(completed)

    def _assemble(self, request: SummaryRequest) -> Evidence | None:
        started = perf_counter()
        with self._telemetry.span("assemble evidence", {"sources": len(request.sources)}):
            evidence = self._assembly.evidence(request)
        self._telemetry.metrics.observe_stage("assembly", perf_counter() - started)
        return evidence

    def _writers(
        self, request: SummaryRequest, evidence: Evidence, emit: Emit[SummaryEvent]
    ) -> tuple[TextWriter, TableWriter]:
        bar = self._checks.support_bar
        grounds = Grounds(request.question, evidence.known, support_bar=bar)
        text = CheckedText(grounds, evidence, max_quotes=self._checks.max_quotes)
        return (
            TextWriter(text, self._generations, emit),
            TableWriter(grounds, self._generations, emit),
        )

    async def _write_text(
        self, request: SummaryRequest, evidence: Evidence, writer: TextWriter
    ) -> None:
        generation = self._prompts.text_request(
            request.question,
            evidence.shown,
            max_tokens=request.max_output_tokens,
            seed=request.seed,
        )
        await writer.write(
            generation, self._telemetry, lead_with_quote=self._profile.lead_with_quote
        )

    async def _write_table(
        self, request: SummaryRequest, evidence: Evidence, writer: TableWriter
    ) -> None:
        columns = request.table_columns or DEFAULT_COLUMNS
        generation = self._prompts.table_request(
            request.question,
            evidence.shown,
            columns,
            max_tokens=request.max_output_tokens,
            seed=request.seed,
        )
        await writer.write(generation, columns, self._telemetry)

    def _completed(
        self, outcome: Outcome, text: TextWriter, table: TableWriter, started: float
    ) -> SummaryCompleted:
        records = (text.record, table.record)
        times = [r.first_token_time for r in records if r.first_token_time is not None]
        return SummaryCompleted(
            outcome=outcome,
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
        metrics.observe_stage("summarization", perf_counter() - started)
        metrics.count_tokens("prompt", completed.prompt_tokens)
        metrics.count_tokens("completion", completed.completion_tokens)
        if first_words_time is not None:
            metrics.observe_first_token(first_words_time - started)


async def _finish(
    request: SummaryRequest, evidence: Evidence, text: TextWriter, table: TableWriter
) -> Outcome:
    """Say what is left to say when the model is done: nothing survived, or no row of a table."""
    if text.text.is_empty and not table.row_count:
        await text.send([TextDelta(ABSTENTION)])
        return Outcome.ABSTAINED
    if text.text.is_empty:
        await text.send(text.text.fill_with_quotes())
    if request.wants_table and not table.row_count:
        await table.write_evidence(evidence)
    return Outcome.ANSWERED
