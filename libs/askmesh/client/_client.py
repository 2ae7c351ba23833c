"""The client of a mesh."""

import uuid
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.client._batches import AskedMany, BatchCall
from askmesh.client._decoding import decoded
from askmesh.client._documents import DocumentCalls
from askmesh.client._encoding import fitting_values, question_to_message
from askmesh.client._events import Event
from askmesh.client._ingesting import IngestCall, Ingestion, OnProgress
from askmesh.client._introducing import introducing, require_private
from askmesh.client._parts import Turn
from askmesh.client._questions import BatchAnswer, BatchQuestion
from askmesh.client._resuming import (
    ANSWER_SECONDS,
    AnswerCalls,
    Position,
    Reconnecting,
    answer_events,
)
from askmesh.client._types import IngestResult, MeshStatus
from askmesh.errors import AskmeshError
from askmesh.passages import Filter
from askmesh.resilience import Allowance, Priority, prioritized
from askmesh.rpc import channel_to
from askmesh.tracing import tracing_of_application
from askmesh.transport import TlsFiles, connecting
from askmesh.uploads import SourceDocument

_INGEST_SECONDS = 3600.0


@asynccontextmanager
async def askmesh_client(
    gateway: str,
    ingestion: str,
    tenant: str = "",
    *,
    credential: str = "",
    plain_text: bool = False,
    tls: TlsFiles | None = None,
    reconnecting: Reconnecting | None = None,
    priority: Priority = Priority.INTERACTIVE,
) -> AsyncGenerator["Client"]:
    """Yield a client of the mesh at these addresses; its connections close when the block ends.

    A `credential` is a key or a token; its tenant holds, and a `tenant` that is given must be the
    same. With `tls` connections are encrypted, to those alone whose certificate has the name in the
    address and is of the authority; new files are taken up while calls go on. Raise `StartupError`
    if they cannot be used, `InvalidRequestError` for a tenant or credential that is not printable
    ASCII, and `PreconditionError` where a credential would be sent to another machine in plain
    text, unless `plain_text` allows it. Questions are of the `priority`: where nobody waits for
    answers, "batch" leaves room to people. Connecting happens at the first call.
    """
    introduce, tracing = introducing(tenant, credential), tracing_of_application()
    if credential and not (tls or plain_text):
        require_private(gateway, ingestion)
    async with (
        connecting(tls) as transport,
        channel_to(gateway, tracing, introduce=introduce, transport=transport) as asked,
        channel_to(ingestion, tracing, introduce=introduce, transport=transport) as filled,
    ):
        yield Client(
            GatewayServiceStub(asked),
            IngestionServiceStub(filled),
            reconnecting or Reconnecting(),
            priority,
        )


class Client(DocumentCalls):
    """Asks questions and ingests documents as one caller; made by `askmesh_client`.

    Every method raises sub-classes of `askmesh.errors.AskmeshError` that carry the service's
    reason: `InvalidRequestError` and `NotFoundError` (with the field), `OverloadedError` and
    `UnavailableError` (with the seconds to wait before another try) and `DeadlineError`. A defect
    of a service is an `AskmeshError` itself, with the reason `UNEXPECTED_FAILURE`.
    """

    def __init__(
        self,
        gateway: GatewayServiceStub,
        ingestion: IngestionServiceStub,
        reconnecting: Reconnecting,
        priority: Priority = Priority.INTERACTIVE,
    ) -> None:
        super().__init__(ingestion)
        self._gateway = gateway
        self._reconnecting = reconnecting
        self._priority = priority
        self._allowance = Allowance()

    def ask(
        self,
        question: str,
        conversation: Sequence[Turn] = (),
        *,
        request_id: str | None = None,
        filter: Filter | None = None,  # noqa: A002 - named by the schema
        wants_table: bool | None = None,
        seed: int | None = None,
        priority: Priority | None = None,
    ) -> AsyncGenerator[Event]:
        """Ask a question and yield the events of its answer, the last one `Completed`.

        A broken connection is resumed, without a lost or doubled event. Leaving the generator
        does not end the answer: `cancel` does. Two requests of the same id get one answer; a
        fresh id is made if none is given. The client's priority holds unless another is given.
        """
        with fitting_values():
            request = question_to_message(
                question,
                conversation=conversation,
                request_id=request_id or uuid.uuid4().hex,
                narrowed_to=filter,
                wants_table=wants_table,
                seed=seed,
            )
        calls = AnswerCalls(self._gateway, priority or self._priority, request)
        self._allowance.earn()
        return answer_events(calls, Position(), self._reconnecting, self._allowance)

    def batch(
        self,
        questions: AsyncIterable[BatchQuestion] | Iterable[BatchQuestion],
        *,
        patience_seconds: float = 600.0,
        on_wait: Callable[[AskmeshError], object] | None = None,
    ) -> AsyncGenerator[BatchAnswer]:
        """Ask many questions with the priority of a batch, and yield each answer once it is whole.

        They come as they are made, not in the order of the questions, which are taken as the
        gateway makes room; plain iterables are read in a thread. What is wrong with a question is
        in its answer; what passes is waited for, told to `on_wait`, and raised when nothing was
        answered for `patience_seconds`, or where no gateway was ever there. The same question under
        the same id gets the same answer, so that a batch may be asked again.
        """
        return AskedMany(
            questions,
            self._open_batch,
            self._reconnecting,
            patience_seconds=patience_seconds,
            on_wait=on_wait,
        ).answers()

    def _open_batch(self) -> BatchCall:
        with prioritized(Priority.BATCH):
            return self._gateway.AnswerQuestions(timeout=ANSWER_SECONDS)

    def resume(self, answer_id: str, after_sequence: int = 0) -> AsyncGenerator[Event]:
        """Yield the events of an answer after `after_sequence`, as `ask` does."""
        calls = AnswerCalls(self._gateway, self._priority)
        position = Position(answer_id, after_sequence)
        return answer_events(calls, position, self._reconnecting, self._allowance)

    async def cancel(self, answer_id: str) -> bool:
        """End an answer; return whether it was still running."""
        with fitting_values():
            request = gateway_pb2.CancelAnswerRequest(answer_id=answer_id)
        response = await self._called("gateway", self._gateway.CancelAnswer, request)
        return response.cancelled

    async def status(self) -> MeshStatus:
        """Return the state of the mesh."""
        request = gateway_pb2.GetMeshStatusRequest()
        response = await self._called("gateway", self._gateway.GetMeshStatus, request)
        return decoded(MeshStatus, response)

    def ingest(
        self,
        documents: AsyncIterable[SourceDocument] | Iterable[SourceDocument],
        *,
        on_progress: OnProgress | None = None,
        may_be_elsewhere: bool = False,
    ) -> AsyncGenerator[IngestResult]:
        """Ingest documents and yield their results, in order, each as soon as it is known.

        Documents are taken as the service makes room, plain iterables in a thread. After a broken
        connection, the documents without a result are sent again. When this fails, they are not
        stored; ingesting them again is safe.

        `on_progress` gets a result IN_PROGRESS now and then, while a long document is embedded.
        Nothing is done twice where several clients ingest the same documents: whoever comes second
        waits, or, with `may_be_elsewhere`, gets ELSEWHERE and goes on, to ask again later.
        """
        return Ingestion(
            documents,
            self._open_ingestion,
            self._reconnecting,
            on_progress=on_progress,
            may_be_elsewhere=may_be_elsewhere,
        ).results()

    def _open_ingestion(self) -> IngestCall:
        return self._ingestion.IngestDocuments(timeout=_INGEST_SECONDS)
