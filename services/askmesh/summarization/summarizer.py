"""The use case: an answer from sources, of which every sentence is supported."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from time import perf_counter

from askmesh.api.common.v1.answer_pb2 import Abstention
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.identity import current_caller
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.drafting import Draft
from askmesh.summarization.emitting import Emit, emitted_by
from askmesh.summarization.ending import abstaining, completion, finish
from askmesh.summarization.standing_in import label_of, missing_models
from askmesh.summarization.usage import Consumed, consumed, usage_of
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.writing_models import Route, WritingModel, begun, route
from askmesh.telemetry import Telemetry


class Summarizer:
    """Write answers with language models. What a reader gets is supported by the sources."""

    def __init__(
        self, models: Sequence[WritingModel], telemetry: Telemetry, *, currency: str = ""
    ) -> None:
        """`models` stand in the order in which they are asked, as far as nothing else decides."""
        self._models = models
        self._telemetry = telemetry
        self._currency = currency

    async def summarize(self, request: SummaryRequest) -> AsyncGenerator[StreamSummaryResponse]:
        """Yield the parts of the answer, `completed` last.

        Closing the generator, or cancelling the task that reads it, stops all generations.
        Language models that fail are no error: the answer then quotes the sources and says so.
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
        found = await asyncio.to_thread(self._begun, request)
        if isinstance(found, Abstention):
            for event in abstaining(request, found):
                await emit(event)
            return
        draft = Draft(request, *found, emit, self._telemetry)
        async with asyncio.TaskGroup() as writing:
            writing.create_task(draft.write_text())
            if request.wants_table:
                writing.create_task(draft.write_table())
        abstention = await finish(request, draft)
        for degradation in missing_models(draft):
            self._telemetry.metrics.count_degradation(label_of(degradation))
            await emit(StreamSummaryResponse(degradation=degradation))
        parts = consumed(draft)
        completed = completion(abstention, usage_of(parts, self._currency), draft, started)
        self._report(draft, started)
        self._report_tokens(parts)
        await emit(StreamSummaryResponse(completed=completed))

    def _begun(self, request: SummaryRequest) -> tuple[Route, Evidence] | Abstention:
        with self._telemetry.stage("assembly", {"sources": len(request.sources)}):
            return begun(request, route(request, self._models))

    def _report(self, draft: Draft, started: float) -> None:
        metrics = self._telemetry.metrics
        if draft.text.first_words_time is not None:
            metrics.observe_first_token(draft.text.first_words_time - started)
        for record in draft.records:
            if record.waited_seconds is not None:
                metrics.observe_wait("generation", record.waited_seconds)
            for seconds in record.token_seconds:
                metrics.observe_between_tokens(seconds)

    def _report_tokens(self, parts: Sequence[Consumed]) -> None:
        metrics, tenant = self._telemetry.metrics, current_caller().tenant
        for part in parts:
            model = part.profile.name
            metrics.count_tokens("prompt", part.prompt_tokens, tenant=tenant, model=model)
            metrics.count_tokens("completion", part.completion_tokens, tenant=tenant, model=model)
            metrics.count_cost(part.cost, tenant=tenant, model=model)
