"""The gateway's API: validate, convert, delegate."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import grpc

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceServicer
from askmesh.errors import InvalidRequestError
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.events import AnswerEvent, Heartbeat
from askmesh.gateway.events_to_wire import event_to_wire
from askmesh.gateway.ports import ServiceStatus
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.validation import valid_question
from askmesh.gateway.values import Question, Turn
from askmesh.gateway.wire import filter_from_wire
from askmesh.passages import require_filter
from askmesh.rpc import current_tenant

_Context = grpc.aio.ServicerContext[Any, Any]


class GatewayServicer(GatewayServiceServicer):
    """Serve the gateway's API from an answer desk."""

    def __init__(self, desk: AnswerDesk, watch: MeshWatch) -> None:
        self._desk = desk
        self._watch = watch

    async def StreamAnswer(
        self, request: pb2.StreamAnswerRequest, context: _Context
    ) -> AsyncGenerator[pb2.StreamAnswerResponse]:
        answer_id = self._desk.admit(current_tenant(), valid_question(_question(request)))
        async with aclosing(self._desk.follow(current_tenant(), answer_id, 0)) as events:
            async for event in events:
                yield _streamed(event)

    async def ResumeAnswer(
        self, request: pb2.ResumeAnswerRequest, context: _Context
    ) -> AsyncGenerator[pb2.ResumeAnswerResponse]:
        answer_id, after = _known(request.answer_id), _sequence(request.after_sequence)
        async with aclosing(self._desk.follow(current_tenant(), answer_id, after)) as events:
            async for event in events:
                yield _resumed(event)

    async def CancelAnswer(
        self, request: pb2.CancelAnswerRequest, context: _Context
    ) -> pb2.CancelAnswerResponse:
        cancelled = self._desk.cancel(current_tenant(), _known(request.answer_id))
        return pb2.CancelAnswerResponse(cancelled=cancelled)

    async def GetMeshStatus(
        self, request: pb2.GetMeshStatusRequest, context: _Context
    ) -> pb2.GetMeshStatusResponse:
        status = await self._watch.look()
        return pb2.GetMeshStatusResponse(
            services=map(_service, status.services),
            indexed_revision=status.index.indexed_revision,
            passage_count=status.index.passage_count,
            active_answer_count=self._desk.active_count,
        )


def _question(request: pb2.StreamAnswerRequest) -> Question:
    require_filter(request.filter)
    return Question(
        text=request.question,
        conversation=tuple(Turn(turn.question, turn.answer) for turn in request.conversation),
        filter=filter_from_wire(request.filter),
        wants_table=request.wants_table if request.HasField("wants_table") else None,
        seed=request.seed if request.HasField("seed") else None,
        request_id=request.request_id,
    )


def _known(answer_id: str) -> str:
    if not answer_id:
        raise InvalidRequestError("ANSWER_ID_EMPTY", "answer_id must be set", field="answer_id")
    return answer_id


def _sequence(after_sequence: int) -> int:
    if after_sequence < 0:
        raise InvalidRequestError(
            "SEQUENCE_INVALID", "after_sequence must not be negative", field="after_sequence"
        )
    return after_sequence


def _streamed(event: AnswerEvent | Heartbeat) -> pb2.StreamAnswerResponse:
    if isinstance(event, Heartbeat):
        return pb2.StreamAnswerResponse(heartbeat=pb2.Heartbeat())
    return pb2.StreamAnswerResponse(event=event_to_wire(event))


def _resumed(event: AnswerEvent | Heartbeat) -> pb2.ResumeAnswerResponse:
    if isinstance(event, Heartbeat):
        return pb2.ResumeAnswerResponse(heartbeat=pb2.Heartbeat())
    return pb2.ResumeAnswerResponse(event=event_to_wire(event))


def _service(status: ServiceStatus) -> pb2.ServiceStatus:
    return pb2.ServiceStatus(name=status.name, serving=status.serving, detail=status.detail)
