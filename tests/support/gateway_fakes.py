"""Neighbours of the gateway that do as they are told."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from anyio.lowlevel import checkpoint

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    QueryPlan,
    UnderstandQuestionRequest,
)
from askmesh.api.reranking.v1.reranking_pb2 import (
    RankedPassage,
    RankPassagesRequest,
    RankPassagesResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievedPassage,
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
    SummaryCompleted,
)
from askmesh.errors import AskmeshError
from askmesh.gateway.answering import AnsweringLimits
from askmesh.gateway.budget import StageLimits
from askmesh.gateway.ranking import RankingLimits
from askmesh.identity import current_caller
from askmesh.resilience import Why

LIMITS = AnsweringLimits(
    RankingLimits(candidates=10, sources=5, sentence_passages=3),
    StageLimits(
        understanding_seconds=1.0,
        follow_up_seconds=1.5,
        retrieval_seconds=2.0,
        reranking_seconds=3.0,
        silence_seconds=4.0,
        writing_reserve_seconds=5.0,
    ),
)


def passage(passage_id: str, text: str = "Some text.") -> Passage:
    return Passage(passage_id=passage_id, document_id="d", title="Title", text=text)


def retrieval(*passage_ids: str, corrected: str = "") -> RetrievePassagesResponse:
    return RetrievePassagesResponse(
        passages=[RetrievedPassage(passage=passage(each)) for each in passage_ids],
        indexed_revision=7,
        collection_passage_count=100,
        corrected_query=corrected,
    )


def text(words: str) -> StreamSummaryResponse:
    return StreamSummaryResponse(text_delta=answer_pb2.TextDelta(text=words))


ANSWERED = StreamSummaryResponse(
    completed=SummaryCompleted(
        outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED,
        usage=answer_pb2.Usage(prompt_token_count=3, completion_token_count=2, model="model"),
    )
)


@dataclass
class FakeNeighbours:
    """One plan, two passages, one sentence, unless told otherwise.

    `found` is by query; `narrowed` is what is found with a filter, `in_documents` with one of
    documents. `failures` are by query, or by the name of the method. `silent` queries are never
    answered; `beside` says which of them were still waiting when a query came. `permissions` are by
    user.
    """

    plan: QueryPlan | None = None
    found: dict[str, RetrievePassagesResponse] = field(
        default_factory=dict[str, RetrievePassagesResponse]
    )
    narrowed: RetrievePassagesResponse | None = None
    in_documents: RetrievePassagesResponse | AskmeshError | None = None
    permissions: dict[str, str] = field(default_factory=dict[str, str])
    failures: dict[str, Exception] = field(default_factory=dict[str, Exception])
    silent: frozenset[str] = frozenset()
    ranks: RankPassagesResponse | None = None
    complete: bool = True
    parts: Sequence[StreamSummaryResponse] = (text("An answer."), ANSWERED)
    hold: asyncio.Event | None = None
    asked: list[UnderstandQuestionRequest] = field(default_factory=list[UnderstandQuestionRequest])
    searches: list[RetrievePassagesRequest] = field(default_factory=list[RetrievePassagesRequest])
    cancelled: list[str] = field(default_factory=list[str])
    running: set[str] = field(default_factory=set[str])
    beside: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    rankings: list[RankPassagesRequest] = field(default_factory=list[RankPassagesRequest])
    summaries: list[StreamSummaryRequest] = field(default_factory=list[StreamSummaryRequest])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    open_streams: int = 0

    @property
    def queries(self) -> list[str]:
        return [search.query for search in self.searches]

    async def understand(self, request: UnderstandQuestionRequest, *, seconds: float) -> QueryPlan:
        self.seconds["understand"] = seconds
        self.asked.append(request)
        await checkpoint()  # others get to start meanwhile, as over a network
        self._fail("understand")
        return self.plan or QueryPlan(standalone_question=request.question)

    async def retrieve(
        self, request: RetrievePassagesRequest, *, seconds: float
    ) -> RetrievePassagesResponse:
        self.seconds["retrieve"] = seconds
        self.searches.append(request)
        self.beside[request.query] = set(self.running)
        if request.query in self.silent:
            await self._be_silent(request.query)
        self._fail("retrieve")
        self._fail(request.query)
        found = RetrievePassagesResponse()
        if self.in_documents is not None and request.filter.document_ids:
            if isinstance(self.in_documents, AskmeshError):
                raise self.in_documents
            found.CopyFrom(self.in_documents)
        elif self.narrowed is not None and request.filter.ListFields():
            found.CopyFrom(self.narrowed)
        else:
            found.CopyFrom(self.found.get(request.query, retrieval("p1", "p2")))
        found.permissions = self.permissions.get(current_caller().user, "")
        return found

    async def rank(self, request: RankPassagesRequest, *, seconds: float) -> RankPassagesResponse:
        """Turn the order around, unless there is a script."""
        self.seconds["rank"] = seconds
        self.rankings.append(request)
        self._fail("rank")
        ranked = [
            RankedPassage(passage_id=each.passage_id, score=0.9)
            for each in reversed(request.passages)
        ]
        scored = len(ranked) if self.complete else len(ranked) - 1
        return self.ranks or RankPassagesResponse(passages=ranked, scored_passage_count=scored)

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        self.seconds["summarize"] = silence_seconds
        self.summaries.append(request)
        self.open_streams += 1
        try:
            self._fail("summarize")
            for part in self.parts:
                yield part
                if self.hold:
                    await self.hold.wait()
        finally:
            self.open_streams -= 1

    async def _be_silent(self, query: str) -> None:
        self.running.add(query)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.append(query)
            await checkpoint()  # the end of a call takes a moment, as over a network
            self.running.remove(query)
            raise

    def _fail(self, what: str) -> None:
        if what in self.failures:
            raise self.failures[what]


class SilentTracer:
    def span(self, name: str) -> AbstractContextManager[object]:
        return nullcontext(name)

    def annotate(self, attributes: Mapping[str, object]) -> None:
        """Say nothing."""


@dataclass
class ListObserver:
    stages: list[str] = field(default_factory=list[str])
    first_tokens: int = 0
    last_tokens: int = 0
    degradations: list[str] = field(default_factory=list[str])
    cancellations: int = 0
    outcomes: list[str] = field(default_factory=list[str])
    abstentions: list[str] = field(default_factory=list[str])
    lookups: list[str] = field(default_factory=list[str])
    active_answers: list[int] = field(default_factory=list[int])
    refusals: list[Why] = field(default_factory=list[Why])

    def observe_stage(self, stage: str, seconds: float) -> None:
        self.stages.append(stage)

    def observe_first_token(self, seconds: float) -> None:
        self.first_tokens += 1

    def observe_last_token(self, seconds: float) -> None:
        self.last_tokens += 1

    def count_degradation(self, reason: str) -> None:
        self.degradations.append(reason)

    def count_answer(self, outcome: str, *, degraded: bool) -> None:
        self.outcomes.append(f"{outcome}, degraded" if degraded else outcome)

    def count_abstention(self, reason: str) -> None:
        self.abstentions.append(reason)

    def count_cache_lookup(self, cache: str, outcome: str, count: int = 1) -> None:
        self.lookups.append(f"{cache} {outcome}")

    def count_cancellation(self) -> None:
        self.cancellations += 1

    def set_active_answers(self, count: int) -> None:
        self.active_answers.append(count)

    def set_room(self, room: str, *, places: int, in_use: int, waiting: int) -> None:
        pass

    def count_refusal(self, room: str, why: Why) -> None:
        self.refusals.append(why)

    def observe_wait(self, resource: str, seconds: float) -> None:
        pass


@dataclass
class EventList:
    events: list[AnswerEvent] = field(default_factory=list[AnswerEvent])

    def __call__(self, event: AnswerEvent) -> None:
        self.events.append(event)

    @property
    def kinds(self) -> list[str | None]:
        return [event.WhichOneof("event") for event in self.events]

    @property
    def degradations(self) -> list[answer_pb2.DegradationReason.ValueType]:
        return [each.degradation.reason for each in self.events if each.HasField("degradation")]

    def one(self, kind: str) -> AnswerEvent:
        """Return the only event of a kind."""
        (event,) = (event for event in self.events if event.WhichOneof("event") == kind)
        return event
