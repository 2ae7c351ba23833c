"""What the gateway needs from others. What it exchanges with them are their own messages."""

from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, StreamAnswerRequest
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    QueryPlan,
    UnderstandQuestionRequest,
)
from askmesh.api.reranking.v1.reranking_pb2 import RankPassagesRequest, RankPassagesResponse
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.identity import Caller
from askmesh.resilience import RoomObserver
from askmesh.tracing import AttributeValue


class Neighbours(Protocol):
    """The services that an answer is made with.

    A service that has not answered after `seconds`, or that just failed, is given up with an
    `UnavailableError`. If the question's own time is over, that is a `DeadlineError`. What a
    service says itself is raised as the `AskmeshError` that it is.
    """

    async def understand(self, request: UnderstandQuestionRequest, *, seconds: float) -> QueryPlan:
        """Turn a question into a plan."""
        ...

    async def retrieve(
        self, request: RetrievePassagesRequest, *, seconds: float
    ) -> RetrievePassagesResponse:
        """Find candidate passages."""
        ...

    async def rank(self, request: RankPassagesRequest, *, seconds: float) -> RankPassagesResponse:
        """Score candidates by how well they answer."""
        ...

    def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        """Write an answer from sources. Closing the generator stops the writing.

        The service is given up when nothing comes for `silence_seconds`.
        """
        ...


class AnswerSink(Protocol):
    """Take the events of one answer."""

    def __call__(self, event: AnswerEvent) -> None:
        """Append one event; its number and its answer are filled in."""
        ...


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The events of an answer, and the question that it was made for."""

    question: str
    events: Sequence[bytes]


class AnswerMemory(Protocol):
    """Answers that were made, by what their questions have in common.

    What it cannot reach it does not know, and forgets.
    """

    def place(self, key: str, question: StreamAnswerRequest) -> str:
        """Return by which key an answer is kept; `key` is that of equal questions."""
        ...

    async def find(self, place: str) -> KeptAnswer | None:
        """Return an answer, or None."""
        ...

    async def keep(self, place: str, answer: KeptAnswer) -> None:
        """Keep an answer that has ended, if it is one to be given again."""
        ...


@dataclass(frozen=True, slots=True)
class SeenDocuments:
    """The documents that a caller's searches see: their revision, and what of them may be read.

    Permissions are the same for all who may read the same, and empty for everything.
    """

    revision: int
    permissions: str


class Revisions(Protocol):
    """What the documents are at this moment."""

    def current(self, caller: Caller) -> Awaitable[SeenDocuments | None]:
        """Ask what the caller's searches that begin now see; None if nobody knows."""
        ...


class Observer(RoomObserver, Protocol):
    """Count what happens to answers."""

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Take the duration of one stage."""
        ...

    def observe_first_token(self, seconds: float) -> None:
        """Take the time from admission to the first text."""
        ...

    def observe_last_token(self, seconds: float) -> None:
        """Take the time from admission to the end of an answer that was written."""
        ...

    def count_degradation(self, reason: str) -> None:
        """Count one thing that an answer did without."""
        ...

    def count_answer(self, outcome: str, *, degraded: bool) -> None:
        """Count an answer that was made to its end, and whether it went without something."""
        ...

    def count_abstention(self, reason: str) -> None:
        """Count a question that was not answered."""
        ...

    def count_cache_lookup(self, cache: str, outcome: str) -> None:
        """Count what a look into a cache gave."""
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

    def annotate(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add attributes to the span that is current."""
        ...
