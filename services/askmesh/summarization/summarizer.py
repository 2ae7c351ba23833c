"""The use case: an answer from sources, of which every sentence is supported."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import perf_counter

from askmesh.api.common.v1.answer_pb2 import Abstention, Usage
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse, SummaryCompleted
from askmesh.identity import current_caller
from askmesh.inference import LanguageModelProfile
from askmesh.summarization.answerability import refusal_bias
from askmesh.summarization.assembly import Assembly, Evidence
from askmesh.summarization.checked_text import CheckedText
from askmesh.summarization.emitting import Emit, emitted_by
from askmesh.summarization.ending import DOUBTLESS, abstaining, completion, finish, without_model
from askmesh.summarization.generation import Generations
from askmesh.summarization.prompt import PromptWriter
from askmesh.summarization.support import Grounds
from askmesh.summarization.table import source_table
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.writers import TableWriter, TextWriter
from askmesh.telemetry import Telemetry


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

    async def summarize(self, request: SummaryRequest) -> AsyncGenerator[StreamSummaryResponse]:
        """Yield the parts of the answer, `completed` last.

        Closing the generator, or cancelling the task that reads it, stops all generations. A
        language model that fails is no error: the answer then quotes the sources and says so.
        """
        done = False

        async def answer(emit: Emit[StreamSummaryResponse]) -> None:
            nonlocal done
            with self._telemetry.stage("summarization"):
                await self._answer(request, emit)
            done = True

        try:
            async with aclosing(emitted_by(answer)) as events:
                async for event in events:
                    yield event
        except (GeneratorExit, asyncio.CancelledError):
            if not done:
                self._telemetry.metrics.count_cancellation()
            raise

    async def _answer(self, request: SummaryRequest, emit: Emit[StreamSummaryResponse]) -> None:
        started = perf_counter()
        # Long sources take tens of milliseconds.
        evidence = await asyncio.to_thread(self._assemble, request)
        if isinstance(evidence, Abstention):
            for event in abstaining(request, evidence):
                await emit(event)
            return
        text, table = self._writers(request, evidence, emit)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(self._write_text(request, evidence, text))
            if request.wants_table:
                writing.create_task(self._write_table(request, evidence, table))
        abstention = await finish(request, evidence, text, table)
        if failure := text.record.failure or table.record.failure:
            self._telemetry.metrics.count_degradation("language_model_unavailable")
            await emit(without_model(failure))
        completed = completion(self._profile.name, abstention, text, table, started)
        self._report(completed, text, table, started)
        await emit(StreamSummaryResponse(completed=completed))

    def _assemble(self, request: SummaryRequest) -> Evidence | Abstention:
        with self._telemetry.stage("assembly", {"sources": len(request.sources)}):
            return self._assembly.evidence(request)

    def _writers(
        self, request: SummaryRequest, evidence: Evidence, emit: Emit[StreamSummaryResponse]
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
        if request.wants_table and self._needs_no_text(request, evidence):
            await writer.send([] if evidence.doubtful else writer.text.caption())
            return
        if not evidence.doubtful and (composed := writer.text.compose()):
            await writer.send(composed)
            return
        generation = self._prompts.text_request(
            request.question,
            evidence.shown,
            wanted=evidence.question.wanted,
            doubt=self._doubt(evidence),
            max_tokens=request.max_output_tokens,
            seed=request.seed,
        )
        await writer.write(generation, self._telemetry)

    def _needs_no_text(self, request: SummaryRequest, evidence: Evidence) -> bool:
        """Tell whether a table needs at most its place above it.

        A small model takes twice the time for a table with a text beside it.
        """
        is_small = self._profile.policy == "strict"
        return is_small or source_table(evidence, request.table_columns) is not None

    def _doubt(self, evidence: Evidence) -> float | None:
        """Return how far the model may refuse, or None where its word is not taken on that."""
        may_refuse = self._profile.decides_doubts and evidence.probability < DOUBTLESS
        return refusal_bias(evidence.probability) if may_refuse else None

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

    def _report(
        self, completed: SummaryCompleted, text: TextWriter, table: TableWriter, started: float
    ) -> None:
        metrics = self._telemetry.metrics
        self._report_tokens(completed.usage)
        if text.first_words_time is not None:
            metrics.observe_first_token(text.first_words_time - started)
        for record in (text.record, table.record):
            if record.waited_seconds is not None:
                metrics.observe_wait("generation", record.waited_seconds)
            for seconds in record.token_seconds:
                metrics.observe_between_tokens(seconds)

    def _report_tokens(self, usage: Usage) -> None:
        prompt, completion = usage.prompt_token_count, usage.completion_token_count
        tenant, model = current_caller().tenant, self._profile.name
        metrics = self._telemetry.metrics
        metrics.count_tokens("prompt", prompt, tenant=tenant, model=model)
        metrics.count_tokens("completion", completion, tenant=tenant, model=model)
        cost = self._profile.cost(prompt_tokens=prompt, completion_tokens=completion)
        metrics.count_cost(cost, tenant=tenant, model=model)
