"""The life of a question: understand, retrieve, rerank, write."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from askmesh.errors import AskmeshError
from askmesh.gateway.events import (
    PlanMade,
    SourcesFound,
    SourcesRanked,
    SummaryCompleted,
    TextDelta,
)
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
from askmesh.gateway.progress import Progress
from askmesh.gateway.source_ranking import AnsweringLimits, Search, SourceRanking
from askmesh.gateway.timeline import Timeline
from askmesh.gateway.values import (
    Degradation,
    DegradationReason,
    Intent,
    Outcome,
    QueryPlan,
    Question,
    RankedPassage,
)

GREETING = "Hello! Ask me something about your documents, and I will answer with sources."
OUT_OF_SCOPE = "I can only answer questions from the documents that I was given."


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
        limits: AnsweringLimits,
        observer: Observer,
        tracer: Tracer,
        clock: Callable[[], float],
    ) -> None:
        self._understanding = understanding
        self._retriever = retriever
        self._ranking = SourceRanking(reranker, limits)
        self._summarizer = summarizer
        self._limits = limits
        self._observer = observer
        self._tracer = tracer
        self._clock = clock

    def begin(self, sink: AnswerSink) -> Progress:
        """Start the clock of an answer whose events go to `sink`."""
        timeline = Timeline(self._clock, self._observer, self._tracer)
        return Progress(timeline, sink, self._observer)

    async def answer(self, question: Question, progress: Progress) -> None:
        """Make the answer. The last event is `AnswerCompleted`; a failure raises instead."""
        plan, searches = await self._understand_and_retrieve(question, progress)
        if not searches:
            _reply_without_documents(plan, progress)
            return
        found = merge_retrievals(
            [search.retrieval for search in searches], limit=self._limits.candidates
        )
        for degradation in found.degradations:
            progress.emit(degradation)
        progress.emit(SourcesFound(len(found.passages), found.indexed_revision))
        sources = await self._ranking.rank(searches, found, progress)
        progress.emit(SourcesRanked(sources))
        await self._write(_summary_request(plan, question, sources), progress)

    async def _understand_and_retrieve(
        self, question: Question, progress: Progress
    ) -> tuple[QueryPlan, tuple[Search, ...]]:
        """Return the plan and its searches; none for a question that needs no documents."""
        async with asyncio.TaskGroup() as stages:
            early = stages.create_task(self._early_search(question, progress))
            plan = await self._understand(question, progress)
            progress.emit(PlanMade(plan))
            if plan.intent in (Intent.SMALL_TALK, Intent.OUT_OF_SCOPE):
                early.cancel()
                return plan, ()
            if _searches_as_typed(plan, question):
                return plan, (_chosen(await early),)
            early.cancel()
            searches = [
                stages.create_task(self._search(query, question, progress, plan))
                for query in plan.queries
            ]
        return plan, tuple(search.result() for search in searches)

    async def _understand(self, question: Question, progress: Progress) -> QueryPlan:
        try:
            with progress.timeline.stage("query_understanding"):
                return await self._understanding.understand(question)
        except AskmeshError as error:
            progress.emit(
                Degradation(DegradationReason.QUERY_UNDERSTANDING_UNAVAILABLE, error.message)
            )
            return QueryPlan(question.text, filter=question.filter)

    async def _early_search(self, question: Question, progress: Progress) -> Search | AskmeshError:
        """Search for the question as typed. A failure matters only if the search is chosen."""
        try:
            return await self._search(question.text, question, progress)
        except AskmeshError as error:
            return error

    async def _search(
        self, query: str, question: Question, progress: Progress, plan: QueryPlan | None = None
    ) -> Search:
        passage_filter = question.filter.over(plan.filter) if plan else question.filter
        with progress.timeline.stage("retrieval"):
            return Search(query, await self._retriever.retrieve(query, passage_filter))

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


def _chosen(search: Search | AskmeshError) -> Search:
    if isinstance(search, AskmeshError):
        raise search
    return search


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
