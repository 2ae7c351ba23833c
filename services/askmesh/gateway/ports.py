"""What the gateway needs from others."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from askmesh.gateway.events import AnswerEvent, EventBody, Heartbeat, SummaryCompleted, SummaryPart
from askmesh.gateway.values import (
    PassageFilter,
    QueryPlan,
    Question,
    RankedPassage,
    Ranking,
    Retrieval,
)
from askmesh.passages import Passage


class Understanding(Protocol):
    """Turn a question into a plan."""

    async def understand(self, question: Question) -> QueryPlan:
        """Return the plan. Raise an `AskmeshError` if it cannot be made."""
        ...


class Retriever(Protocol):
    """Find candidate passages."""

    async def retrieve(self, query: str, passage_filter: PassageFilter) -> Retrieval:
        """Return passages, best first. Raise an `AskmeshError` if nothing can be searched."""
        ...


class Reranker(Protocol):
    """Order candidates by how well they answer."""

    async def rank(self, query: str, passages: Sequence[Passage]) -> Ranking:
        """Return what is worth citing, best first. Raise an `AskmeshError` if it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """A question and the sources to answer it from."""

    question: str
    sub_questions: tuple[str, ...]
    sources: tuple[RankedPassage, ...]
    required_terms: tuple[str, ...]
    wants_table: bool
    table_columns: tuple[str, ...]
    seed: int | None


class Summarizer(Protocol):
    """Write an answer from sources."""

    def summarize(self, request: SummaryRequest) -> AsyncGenerator[SummaryPart | SummaryCompleted]:
        """Yield the answer's parts, and `SummaryCompleted` last. Closing it stops the writing."""
        ...


class AnswerSink(Protocol):
    """Take the events of one answer."""

    def __call__(self, body: EventBody) -> None:
        """Append one event."""
        ...


class EventLog(Protocol):
    """Keep the events of one answer while it runs and for a while after."""

    def append(self, body: EventBody) -> None:
        """Append the next event."""
        ...

    def end(self, failure: Exception | None = None) -> None:
        """Say that nothing follows; followers then get `failure`, if there is one."""
        ...

    def follow(self, after_sequence: int) -> AsyncGenerator[AnswerEvent | Heartbeat]:
        """Yield the events after a sequence, those to come included, and heartbeats in silence."""
        ...


class Observer(Protocol):
    """Count what happens to answers."""

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Take the duration of one stage."""
        ...

    def observe_first_token(self, seconds: float) -> None:
        """Take the time from admission to the first text."""
        ...

    def count_degradation(self, reason: str) -> None:
        """Count one thing that an answer did without."""
        ...

    def count_cancellation(self) -> None:
        """Count one cancelled answer."""
        ...

    def set_active_answers(self, count: int) -> None:
        """Take how many answers are being made now."""
        ...


class Tracer(Protocol):
    """Mark spans of time in the trace."""

    def span(self, name: str) -> AbstractContextManager[object]:
        """Return a span that lasts as long as the block."""
        ...


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What searches can see: the newest revision, and the passages of the caller's tenant."""

    indexed_revision: int
    passage_count: int


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """Whether a service serves, and why not."""

    name: str
    serving: bool
    detail: str = ""


class ServiceHealth(Protocol):
    """Tell whether one service serves."""

    async def check(self) -> ServiceStatus:
        """Return the status. A service that cannot be reached does not serve."""
        ...


class SearchStatus(Protocol):
    """Tell what searches can see."""

    async def index_status(self) -> IndexStatus:
        """Return the status. Raise `UnavailableError` if it cannot be had."""
        ...
