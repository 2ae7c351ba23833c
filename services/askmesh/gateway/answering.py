"""The life of a question: understand, retrieve, rerank, write."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from askmesh.documents import Passage
from askmesh.errors import AskmeshError
from askmesh.gateway.merging import merge_retrievals
from askmesh.gateway.ports import (
    AnswerSink,
    Observer,
    Reranker,
    Retriever,
    Summarizer,
    SummaryRequest,
    Tracer,
    Understanding,
)
from askmesh.gateway.timeline import Timeline
from askmesh.gateway.values import (
    AnswerCompleted,
    Degradation,
    DegradationReason,
    EventBody,
    Intent,
    Outcome,
    PlanMade,
    QueryPlan,
    Question,
    RankedPassage,
    Retrieval,
    SourcesFound,
    SourcesRanked,
    SummaryCompleted,
    TextDelta,
    Usage,
)

MAX_UNRANKED_SOURCES = 5
"""How many passages stand in for the ranked ones when reranking is not available."""

GREETING = "Hello! Ask me something about your documents, and I will answer with sources."
OUT_OF_SCOPE = "I can only answer questions from the documents that I was given."


@dataclass(slots=True)
class Progress:
    """What is known of one answer while it is made."""

    timeline: Timeline
    sink: AnswerSink
    degradations: list[Degradation] = field(default_factory=list[Degradation])

    def emit(self, body: EventBody) -> None:
        """Deliver one event."""
        if isinstance(body, TextDelta):
            self.timeline.text_arrived()
        if isinstance(body, Degradation):
            self.degradations.append(body)
        self.sink(body)

    def complete(self, outcome: Outcome, usage: Usage | None = None) -> None:
        """Deliver the last event."""
        elapsed = self.timeline.elapsed_seconds()
        stages = self.timeline.stages
        self.sink(
            AnswerCompleted(outcome, usage or Usage(), stages, tuple(self.degradations), elapsed)
        )


class Answering:
    """Answer questions with the help of the other services.

    Understanding and the search for the question as typed start together; the search is
    repeated only if the plan changes what to search for.
    """

    def __init__(
        self,
        understanding: Understanding,
        retriever: Retriever,
        reranker: Reranker,
        summarizer: Summarizer,
        *,
        candidate_count: int,
        observer: Observer,
        tracer: Tracer,
        clock: Callable[[], float],
    ) -> None:
        self._understanding = understanding
        self._retriever = retriever
        self._reranker = reranker
        self._summarizer = summarizer
        self._candidate_count = candidate_count
        self._observer = observer
        self._tracer = tracer
        self._clock = clock

    def begin(self, sink: AnswerSink) -> Progress:
        """Start the clock of an answer whose events go to `sink`."""
        return Progress(Timeline(self._clock, self._observer, self._tracer), sink)

    async def answer(self, question: Question, progress: Progress) -> None:
        """Make the answer. The last event is `AnswerCompleted`; a failure raises instead."""
        plan, retrieval = await self._understand_and_retrieve(question, progress)
        if retrieval is None:
            _reply_without_documents(plan, progress)
            return
        for degradation in retrieval.degradations:
            progress.emit(degradation)
        progress.emit(SourcesFound(len(retrieval.passages), retrieval.indexed_revision))
        sources = await self._rank(plan, retrieval, progress)
        progress.emit(SourcesRanked(sources))
        await self._write(_summary_request(plan, question, sources), progress)
        for degradation in progress.degradations:
            self._observer.count_degradation(degradation.reason.value)

    async def _understand_and_retrieve(
        self, question: Question, progress: Progress
    ) -> tuple[QueryPlan, Retrieval | None]:
        async with asyncio.TaskGroup() as stages:
            early = stages.create_task(self._retrieve(question.text, question, progress))
            plan = await self._understand(question, progress)
            progress.emit(PlanMade(plan))
            if plan.intent in (Intent.SMALL_TALK, Intent.OUT_OF_SCOPE):
                early.cancel()
                return plan, None
            if _searches_as_typed(plan, question):
                return plan, await early
            early.cancel()
            searches = [
                stages.create_task(self._retrieve(query, question, progress, plan))
                for query in plan.queries
            ]
        found = [search.result() for search in searches]
        return plan, merge_retrievals(found, limit=self._candidate_count)

    async def _understand(self, question: Question, progress: Progress) -> QueryPlan:
        try:
            with progress.timeline.stage("query_understanding"):
                return await self._understanding.understand(question)
        except AskmeshError as error:
            progress.emit(
                Degradation(DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE, error.message)
            )
            return QueryPlan(question.text, filter=question.filter)

    async def _retrieve(
        self, query: str, question: Question, progress: Progress, plan: QueryPlan | None = None
    ) -> Retrieval:
        passage_filter = question.filter.over(plan.filter) if plan else question.filter
        with progress.timeline.stage("retrieval"):
            return await self._retriever.retrieve(query, passage_filter)

    async def _rank(
        self, plan: QueryPlan, retrieval: Retrieval, progress: Progress
    ) -> tuple[RankedPassage, ...]:
        if not retrieval.passages:
            return ()
        try:
            with progress.timeline.stage("reranking"):
                ranking = await self._reranker.rank(
                    plan.standalone_question, retrieval.passages[: self._candidate_count]
                )
        except AskmeshError as error:
            progress.emit(Degradation(DegradationReason.RERANKING_UNAVAILABLE, error.message))
            return _in_order_of_retrieval(retrieval.passages)
        if not ranking.complete:
            progress.emit(Degradation(DegradationReason.RERANKING_TRUNCATED))
        return ranking.passages

    async def _write(self, request: SummaryRequest, progress: Progress) -> None:
        completed: SummaryCompleted | None = None
        with progress.timeline.stage("summarization"):
            async with aclosing(self._summarizer.summarize(request)) as parts:
                async for part in parts:
                    if isinstance(part, SummaryCompleted):
                        completed = part
                    else:
                        progress.emit(part)
        if completed is None:
            raise RuntimeError("the summarizer ended its stream without completing it")
        progress.complete(completed.outcome, completed.usage)


def _in_order_of_retrieval(passages: Sequence[Passage]) -> tuple[RankedPassage, ...]:
    return tuple(RankedPassage(passage) for passage in passages[:MAX_UNRANKED_SOURCES])


def _searches_as_typed(plan: QueryPlan, question: Question) -> bool:
    return (
        not plan.sub_questions
        and plan.standalone_question == question.text
        and question.filter.over(plan.filter) == question.filter
    )


def _summary_request(
    plan: QueryPlan, question: Question, sources: tuple[RankedPassage, ...]
) -> SummaryRequest:
    wants_table = plan.wants_table if question.wants_table is None else question.wants_table
    return SummaryRequest(
        plan.standalone_question,
        plan.sub_questions,
        sources,
        plan.required_terms,
        wants_table,
        plan.table_columns,
        question.seed,
    )


def _reply_without_documents(plan: QueryPlan, progress: Progress) -> None:
    small_talk = plan.intent is Intent.SMALL_TALK
    progress.emit(TextDelta(GREETING if small_talk else OUT_OF_SCOPE))
    progress.complete(Outcome.SMALL_TALK if small_talk else Outcome.ABSTAINED)
