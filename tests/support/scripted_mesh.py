"""A gateway and an ingestion service that follow a script, behind proxies that can be cut."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import (
    GatewayServiceServicer,
    add_GatewayServiceServicer_to_server,
)
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import (
    IngestionServiceServicer,
    add_IngestionServiceServicer_to_server,
)
from askmesh.client import Client, Reconnecting, askmesh_client
from askmesh.config import ServiceSettings
from askmesh.errors import AskmeshError, OverloadedError
from askmesh.resilience import Priority, current_priority
from askmesh.rpc import current_tenant
from askmesh.serving import serving
from askmesh.telemetry import silent_telemetry
from askmesh.transport import TlsFiles
from support.certificates import settings_of
from support.tcp_proxy import TcpProxy, tcp_proxy

ANSWER_ID = "answer-1"

_Context = grpc.aio.ServicerContext[Any, Any]


@dataclass(slots=True)
class ScriptedGateway(GatewayServiceServicer):
    """Answers every question with the same events, and fails as the script says.

    `last_sent` is the sequence after which each connection in turn stalls until it is cut.
    `ends_after` does the same, but ends the stream in good order. The first `refusals` of
    questions are refused. Of the questions of batches, the first `given_up` get answers that were
    cancelled.
    """

    events: Sequence[gateway_pb2.AnswerEvent]
    last_sent: list[int] = field(default_factory=list[int])
    ends_after: list[int] = field(default_factory=list[int])
    left_out: list[int] = field(default_factory=list[int])
    given_up: int = 0
    failure: AskmeshError | None = None
    refusals: int = 0
    questions: list[gateway_pb2.StreamAnswerRequest] = field(
        default_factory=list[gateway_pb2.StreamAnswerRequest]
    )
    resumed_after: list[int] = field(default_factory=list[int])
    tenants: list[str] = field(default_factory=list[str])
    priorities: list[Priority] = field(default_factory=list[Priority])
    indexed_revision: int = 7

    async def StreamAnswer(
        self, request: gateway_pb2.StreamAnswerRequest, context: _Context
    ) -> AsyncGenerator[gateway_pb2.StreamAnswerResponse]:
        self.questions.append(request)
        if len(self.questions) <= self.refusals:
            raise OverloadedError("TOO_MANY_ANSWERS", "full", retry_after_seconds=0.001)
        self.tenants.append(current_tenant())
        self.priorities.append(current_priority())
        yield gateway_pb2.StreamAnswerResponse(heartbeat=gateway_pb2.Heartbeat())
        async for event in self._events(0):
            yield gateway_pb2.StreamAnswerResponse(event=event)

    async def AnswerQuestions(
        self,
        request_iterator: AsyncIterator[gateway_pb2.AnswerQuestionsRequest],
        context: _Context,
    ) -> AsyncGenerator[gateway_pb2.AnswerQuestionsResponse]:
        async for request in request_iterator:
            self.questions.append(request.question)
            batch = gateway_pb2.AnswerEventBatch(events=self.events)
            if self.given_up:
                self.given_up -= 1
                batch.events[-1].completed.outcome = answer_pb2.ANSWER_OUTCOME_CANCELLED
            yield gateway_pb2.AnswerQuestionsResponse(
                request_id=request.question.request_id, answer=batch
            )

    async def ResumeAnswer(
        self, request: gateway_pb2.ResumeAnswerRequest, context: _Context
    ) -> AsyncGenerator[gateway_pb2.ResumeAnswerResponse]:
        self.resumed_after.append(request.after_sequence)
        self.tenants.append(current_tenant())
        self.priorities.append(current_priority())
        yield gateway_pb2.ResumeAnswerResponse(heartbeat=gateway_pb2.Heartbeat())
        async for event in self._events(request.after_sequence):
            yield gateway_pb2.ResumeAnswerResponse(event=event)

    async def CancelAnswer(
        self, request: gateway_pb2.CancelAnswerRequest, context: _Context
    ) -> gateway_pb2.CancelAnswerResponse:
        if self.failure is not None:
            raise self.failure
        return gateway_pb2.CancelAnswerResponse(cancelled=request.answer_id == ANSWER_ID)

    async def GetMeshStatus(
        self, request: gateway_pb2.GetMeshStatusRequest, context: _Context
    ) -> gateway_pb2.GetMeshStatusResponse:
        return gateway_pb2.GetMeshStatusResponse(
            services=[gateway_pb2.ServiceStatus(name="retrieval", serving=False, detail="down")],
            indexed_revision=self.indexed_revision,
            passage_count=8,
            active_answer_count=9,
        )

    async def _events(self, after: int) -> AsyncGenerator[gateway_pb2.AnswerEvent]:
        last_sent = self.last_sent.pop(0) if self.last_sent else None
        ends_after = self.ends_after.pop(0) if self.ends_after else None
        left_out = self.left_out.pop(0) if self.left_out else None
        for event in self.events[after:]:
            if event.sequence != left_out:
                yield event
            if event.sequence == last_sent:
                await asyncio.Event().wait()
            if event.sequence == ends_after:
                return
        if self.failure is not None:
            raise self.failure


@dataclass(slots=True)
class ScriptedIngestion(IngestionServiceServicer):
    """Answers documents, and stalls each connection in turn after a number of results."""

    stalls_after: list[int] = field(default_factory=list[int])
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    failure: AskmeshError | None = None
    received: list[ingestion_pb2.IngestDocumentsRequest] = field(
        default_factory=list[ingestion_pb2.IngestDocumentsRequest]
    )
    changes: list[ingestion_pb2.SetDocumentAccessRequest] = field(
        default_factory=list[ingestion_pb2.SetDocumentAccessRequest]
    )

    async def IngestDocuments(
        self,
        request_iterator: AsyncIterator[ingestion_pb2.IngestDocumentsRequest],
        context: _Context,
    ) -> AsyncGenerator[ingestion_pb2.IngestDocumentsResponse]:
        stalls_after = self.stalls_after.pop(0) if self.stalls_after else None
        count = 0
        async for request in request_iterator:
            if self.failure is not None:
                raise self.failure
            self.received.append(request)
            if count == stalls_after:
                self.stalled.set()
                await asyncio.Event().wait()
            count += 1
            yield ingestion_pb2.IngestDocumentsResponse(
                document_id=request.document_id,
                source=request.source,
                outcome=ingestion_pb2.INGEST_OUTCOME_CREATED,
                passage_count=1,
                revision=count,
            )

    async def DeleteDocument(
        self, request: ingestion_pb2.DeleteDocumentRequest, context: _Context
    ) -> ingestion_pb2.DeleteDocumentResponse:
        return ingestion_pb2.DeleteDocumentResponse(revision=3)

    async def SetDocumentAccess(
        self, request: ingestion_pb2.SetDocumentAccessRequest, context: _Context
    ) -> ingestion_pb2.SetDocumentAccessResponse:
        self.changes.append(request)
        return ingestion_pb2.SetDocumentAccessResponse(
            document_count=2, changed_document_count=1, revision=3
        )

    async def ListDocuments(
        self, request: ingestion_pb2.ListDocumentsRequest, context: _Context
    ) -> ingestion_pb2.ListDocumentsResponse:
        documents = [] if request.page_token else [ingestion_pb2.DocumentStatus(document_id="a")]
        return ingestion_pb2.ListDocumentsResponse(
            documents=documents or [ingestion_pb2.DocumentStatus(document_id="b")],
            next_page_token="" if request.page_token else "a",
        )

    async def GetDocument(
        self, request: ingestion_pb2.GetDocumentRequest, context: _Context
    ) -> ingestion_pb2.GetDocumentResponse:
        document = ingestion_pb2.DocumentStatus(document_id=request.document_id)
        return ingestion_pb2.GetDocumentResponse(document=document)

    async def GetCollectionStatus(
        self, request: ingestion_pb2.GetCollectionStatusRequest, context: _Context
    ) -> ingestion_pb2.GetCollectionStatusResponse:
        return ingestion_pb2.GetCollectionStatusResponse(
            document_count=1, passage_count=2, revision=3
        )


@dataclass(frozen=True, slots=True)
class ScriptedMesh:
    """A client, and the means to cut its connections."""

    client: Client
    gateway: TcpProxy
    ingestion: TcpProxy


@asynccontextmanager
async def scripted_mesh(
    gateway: ScriptedGateway | None = None,
    ingestion: ScriptedIngestion | None = None,
    *,
    tenant: str = "default",
    attempts: int = 100,
) -> AsyncGenerator[ScriptedMesh]:
    """Run the services and yield a client that reconnects without much delay."""
    async with (
        gateway_at("127.0.0.1:0", gateway or ScriptedGateway(answer(1))) as gateway_port,
        ingestion_at("127.0.0.1:0", ingestion or ScriptedIngestion()) as ingestion_port,
        tcp_proxy(gateway_port) as gateway_proxy,
        tcp_proxy(ingestion_port) as ingestion_proxy,
        askmesh_client(
            gateway_proxy.address,
            ingestion_proxy.address,
            tenant,
            reconnecting=Reconnecting(attempts=attempts, base_seconds=0.05, cap_seconds=0.05),
        ) as client,
    ):
        yield ScriptedMesh(client, gateway_proxy, ingestion_proxy)


def answer(text_count: int) -> list[gateway_pb2.AnswerEvent]:
    """The events of an answer of so many pieces of text."""
    payloads: list[Mapping[str, Any]] = [
        {"text_delta": answer_pb2.TextDelta(text=f"word{number} ")} for number in range(text_count)
    ]
    completed = gateway_pb2.AnswerCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
    payloads.append({"completed": completed})
    return [
        gateway_pb2.AnswerEvent(answer_id=ANSWER_ID, sequence=sequence, **payload)
        for sequence, payload in enumerate(payloads, start=1)
    ]


@asynccontextmanager
async def gateway_at(
    address: str, servicer: ScriptedGateway, *, tls: TlsFiles | None = None
) -> AsyncGenerator[int]:
    """Run a scripted gateway, and yield its port."""
    shown = settings_of(tls) if tls else {}
    async with serving(
        lambda server: add_GatewayServiceServicer_to_server(servicer, server),
        services=[],
        settings=ServiceSettings.model_validate({"address": address, "drain_seconds": 0, **shown}),
        telemetry=silent_telemetry(),
    ) as port:
        yield port


@asynccontextmanager
async def ingestion_at(address: str, servicer: ScriptedIngestion) -> AsyncGenerator[int]:
    """Run a scripted ingestion service, and yield its port."""
    async with serving(
        lambda server: add_IngestionServiceServicer_to_server(servicer, server),
        services=[],
        settings=ServiceSettings(address=address, drain_seconds=0),
        telemetry=silent_telemetry(),
    ) as port:
        yield port
