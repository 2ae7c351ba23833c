"""The life of a question: understand, retrieve, rerank, write."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1.gateway_pb2 import (
    AnswerEvent,
    PlanMade,
    SourcesFound,
    StreamAnswerRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    INTENT_FACT,
    INTENT_OUT_OF_SCOPE,
    INTENT_SMALL_TALK,
    QueryPlan,
    UnderstandQuestionRequest,
)
from askmesh.api.summarization.v1.summarization_pb2 import (
    Source,
    StreamSummaryRequest,
    SummaryCompleted,
)
from askmesh.errors import AskmeshError, OverloadedError, UnavailableError, single_failure
from askmesh.gateway.abstaining import abstain, nothing_to_read, reply_without_documents
from askmesh.gateway.bridging import Bridging, bridge
from askmesh.gateway.budget import Budget, StageLimits
from askmesh.gateway.ports import AnswerSink, Neighbours, Observer, Tracer
from askmesh.gateway.progress import Progress
from askmesh.gateway.ranking import (
    RankingLimits,
    SourceRanking,
    sources_ranked,
    with_whole_section,
)
from askmesh.gateway.searching import Found, Searching, SearchReply, with_guess
from askmesh.gateway.tables import Tables
from askmesh.resilience import time_remaining


@dataclass(frozen=True, slots=True)
class AnsweringLimits:
    """How much to read for an answer, and how long each of its stages may take."""

    ranking: RankingLimits
    stages: StageLimits


class Answering:
    """Answer questions with the help of the other services.

    Understanding and the search for the question as typed start together; the search is
    repeated only if the plan changes what to search for. What is optional is left out when its
    time is over or its service just failed, and the answer says so; what is needed fails then.
    """

    def __init__(
        self,
        neighbours: Neighbours,
        *,
        limits: AnsweringLimits,
        observer: Observer,
        tracer: Tracer,
        clock: Callable[[], float],
    ) -> None:
        self._neighbours = neighbours
        self._searching = Searching(neighbours, page_size=limits.ranking.candidates)
        self._ranking = SourceRanking(neighbours, limits.ranking)
        self._bridging = Bridging(self._searching, self._ranking, sources=limits.ranking.sources)
        self._tables = Tables(neighbours)
        self._limits = limits
        self._observer = observer
        self._tracer = tracer
        self._clock = clock

    def begin(self, sink: AnswerSink) -> Progress:
        """Start the clock of an answer whose events go to `sink`."""
        return Progress(sink, self._observer, self._tracer, self._clock)

    async def answer(self, question: StreamAnswerRequest, progress: Progress) -> None:
        """Make the answer. The last event is `completed`; a failure raises instead."""
        with self._tracer.span("answer"):
            try:
                with single_failure():
                    await self._answer(question, progress)
            except OverloadedError:
                progress.lesson.teach_short()
                raise
            finally:
                self._tracer.annotate(progress.told())

    async def _answer(self, question: StreamAnswerRequest, progress: Progress) -> None:
        budget = Budget(self._limits.stages, time_remaining)
        plan, found = await self._understand_and_search(question, budget, progress)
        if found is None:
            reply_without_documents(plan, progress)
            return
        for degradation in found.degradations:
            progress.emit(AnswerEvent(degradation=degradation))
        count, revision = len(found.passages), found.indexed_revision
        told = SourcesFound(
            passage_count=count, indexed_revision=revision, permissions=progress.permissions or ""
        )
        progress.emit(AnswerEvent(sources_found=told))
        sources = await self._ranking.rank(found, budget, progress)
        if second := bridge(plan.standalone_question, sources):
            plan.sub_questions.extend((second.described, second.asked))
            sources = await self._bridging.widened(
                second, sources, question.filter, budget, progress
            )
        if _wants_table(plan, question):
            sources = with_whole_section(sources, found.passages)
        else:
            asked = found.corrected(plan.standalone_question)
            sources = await self._tables.completed(
                asked, sources, question.filter, budget, progress
            )
        progress.emit(AnswerEvent(sources_ranked=sources_ranked(sources)))
        if not question.conversation:  # a model completes others, at its own pace
            progress.lesson.teach()
        if nothing := nothing_to_read(found, question.filter):
            abstain(*nothing, progress)
            return
        await self._write(_summary_request(plan, question, found, sources), progress)

    async def _understand_and_search(
        self, question: StreamAnswerRequest, budget: Budget, progress: Progress
    ) -> tuple[QueryPlan, Found | None]:
        """Return the plan and what its searches found; None if the question needs no documents."""

        def search(query: str) -> asyncio.Task[SearchReply]:
            own = question.filter
            return stages.create_task(self._searching.search(query, own, budget, progress))

        async with asyncio.TaskGroup() as stages:
            first = search(question.question)
            plan = await self._understand(question, budget, progress)
            progress.emit(AnswerEvent(plan_made=PlanMade(plan=plan)))
            if plan.intent in (INTENT_SMALL_TALK, INTENT_OUT_OF_SCOPE):
                first.cancel()
                return plan, None
            if plan.standalone_question != question.question:
                first.cancel()
                await asyncio.wait([first])  # it may hold the only attempt at a service that failed
                first = search(plan.standalone_question)
            queries = [plan.standalone_question, *plan.sub_questions]
            filters = with_guess(question.filter, plan.filter)
            return plan, await self._searching.search_all(first, queries, filters, budget, progress)

    async def _understand(
        self, question: StreamAnswerRequest, budget: Budget, progress: Progress
    ) -> QueryPlan:
        request = UnderstandQuestionRequest(
            question=question.question, conversation=question.conversation
        )
        try:
            with progress.stage("query_understanding"):
                seconds = budget.understanding_seconds(follow_up=bool(question.conversation))
                return await self._neighbours.understand(request, seconds=seconds)
        except AskmeshError as error:
            missing = answer_pb2.DEGRADATION_REASON_QUERY_UNDERSTANDING_UNAVAILABLE
            progress.degrade(missing, error.message)
            return QueryPlan(standalone_question=question.question, intent=INTENT_FACT)

    async def _write(self, request: StreamSummaryRequest, progress: Progress) -> None:
        """Pass the summary on, part by part, as it is."""
        completed: SummaryCompleted | None = None
        progress.is_with_writers = True
        silence = self._limits.stages.silence_seconds
        stream = self._neighbours.summarize(request, silence_seconds=silence)
        with progress.stage("summarization"):
            async with aclosing(stream) as parts:
                async for part in parts:
                    completed = progress.relay(part) or completed
        if completed is None:
            raise UnavailableError(
                "SUMMARIZATION_UNAVAILABLE", "summarization ended before the answer did"
            )
        abstention = completed.abstention if completed.HasField("abstention") else None
        progress.complete(completed.outcome, completed.usage, abstention)


def _wants_table(plan: QueryPlan, question: StreamAnswerRequest) -> bool:
    return question.wants_table if question.HasField("wants_table") else plan.wants_table


def _summary_request(
    plan: QueryPlan, question: StreamAnswerRequest, found: Found, sources: list[Source]
) -> StreamSummaryRequest:
    return StreamSummaryRequest(
        question=found.corrected(plan.standalone_question),
        sub_questions=map(found.corrected, plan.sub_questions),
        sources=sources,
        wants_table=_wants_table(plan, question),
        table_columns=plan.table_columns,
        seed=question.seed if question.HasField("seed") else None,
    )
