"""Upstreams of the gateway that do as they are told."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from anyio.lowlevel import checkpoint

from askmesh.gateway.events import EventBody, SummaryCompleted, SummaryPart, TextDelta
from askmesh.gateway.ports import SummaryRequest
from askmesh.gateway.values import (
    Outcome,
    PassageFilter,
    QueryPlan,
    Question,
    RankedPassage,
    Ranking,
    Retrieval,
    Usage,
)
from askmesh.passages import Passage


def passage(passage_id: str, text: str = "Some text.") -> Passage:
    return Passage(
        passage_id=passage_id,
        document_id="d",
        title="Title",
        headings=(),
        text=text,
        source="a.md",
        position=0,
        revision=1,
        modified_time=None,
        attributes={},
    )


@dataclass
class FakeUnderstanding:
    plan: QueryPlan | None = None
    failure: Exception | None = None

    async def understand(self, question: Question) -> QueryPlan:
        await checkpoint()  # others get to start meanwhile, as over a network
        if self.failure:
            raise self.failure
        return self.plan or QueryPlan(question.text)


@dataclass
class FakeRetriever:
    found: tuple[Passage, ...] = (passage("p1"), passage("p2"))
    failure: Exception | None = None
    never_answers: frozenset[str] = frozenset()
    queries: list[tuple[str, PassageFilter]] = field(
        default_factory=list[tuple[str, PassageFilter]]
    )
    cancelled: list[str] = field(default_factory=list[str])

    async def retrieve(self, query: str, passage_filter: PassageFilter) -> Retrieval:
        self.queries.append((query, passage_filter))
        if query in self.never_answers:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.append(query)
                raise
        if self.failure:
            raise self.failure
        return Retrieval(self.found, 7)


@dataclass
class FakeReranker:
    failure: Exception | None = None
    complete: bool = True
    ranked: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    async def rank(self, query: str, passages: Sequence[Passage]) -> Ranking:
        self.ranked.append((query, len(passages)))
        if self.failure:
            raise self.failure
        return Ranking(
            tuple(RankedPassage(each, 0.9) for each in reversed(passages)), self.complete
        )


@dataclass
class FakeSummarizer:
    parts: Sequence[SummaryPart | SummaryCompleted] = (
        TextDelta("An answer."),
        SummaryCompleted(Outcome.ANSWERED, Usage(3, 2, "model")),
    )
    hold: asyncio.Event | None = None
    requests: list[SummaryRequest] = field(default_factory=list[SummaryRequest])
    open_streams: int = 0

    async def summarize(
        self, request: SummaryRequest
    ) -> AsyncGenerator[SummaryPart | SummaryCompleted]:
        self.requests.append(request)
        self.open_streams += 1
        try:
            for part in self.parts:
                yield part
                if self.hold:
                    await self.hold.wait()
        finally:
            self.open_streams -= 1


class SilentTracer:
    def span(self, name: str) -> AbstractContextManager[object]:
        return nullcontext(name)


@dataclass
class ListObserver:
    stages: list[str] = field(default_factory=list[str])
    first_tokens: int = 0
    degradations: list[str] = field(default_factory=list[str])
    cancellations: int = 0
    active_answers: list[int] = field(default_factory=list[int])

    def observe_stage(self, stage: str, seconds: float) -> None:
        self.stages.append(stage)

    def observe_first_token(self, seconds: float) -> None:
        self.first_tokens += 1

    def count_degradation(self, reason: str) -> None:
        self.degradations.append(reason)

    def count_cancellation(self) -> None:
        self.cancellations += 1

    def set_active_answers(self, count: int) -> None:
        self.active_answers.append(count)


@dataclass
class EventList:
    bodies: list[EventBody] = field(default_factory=list[EventBody])

    def __call__(self, body: EventBody) -> None:
        self.bodies.append(body)

    @property
    def kinds(self) -> list[str]:
        return [type(body).__name__ for body in self.bodies]
