"""The gateway's API: validate and delegate. Streams are bytes from the event log."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import aclosing
from typing import Any

import grpc
from google.protobuf.wrappers_pb2 import BytesValue

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.gateway.batches import Batches
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.reception import Reception
from askmesh.gateway.status import MeshWatch
from askmesh.gateway.validation import valid_answer_id, valid_question, valid_sequence
from askmesh.identity import Role, current_caller
from askmesh.serving import heartbeats

SERVICE_NAME = pb2.DESCRIPTOR.services_by_name["GatewayService"].full_name
ASKING = f"/{SERVICE_NAME}/StreamAnswer"
_READERS = frozenset({Role.READER})
ROLES = {
    ASKING: _READERS,
    f"/{SERVICE_NAME}/AnswerQuestions": _READERS,
    f"/{SERVICE_NAME}/ResumeAnswer": _READERS,
    f"/{SERVICE_NAME}/CancelAnswer": _READERS,
    f"/{SERVICE_NAME}/GetMeshStatus": frozenset({Role.OPERATOR, Role.INGESTER}),
}
"""Who may call what, beside administrators."""
_HEARTBEAT = pb2.StreamAnswerResponse(heartbeat=pb2.Heartbeat()).SerializeToString()

_BATCH_HEARTBEAT = pb2.AnswerQuestionsResponse(heartbeat=pb2.Heartbeat())

_Context = grpc.aio.ServicerContext[Any, Any]


class GatewayServicer:
    """Serve the gateway's API from an answer desk."""

    def __init__(
        self, reception: Reception, batches: Batches, desk: AnswerDesk, watch: MeshWatch
    ) -> None:
        self._reception = reception
        self._batches = batches
        self._desk = desk
        self._watch = watch

    def add_to(self, server: grpc.aio.Server) -> None:
        """Add the API to a server. What the streams yield is sent as it is."""
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "StreamAnswer": grpc.unary_stream_rpc_method_handler(
                self.StreamAnswer, pb2.StreamAnswerRequest.FromString
            ),
            "AnswerQuestions": grpc.stream_stream_rpc_method_handler(
                self.AnswerQuestions,
                pb2.AnswerQuestionsRequest.FromString,
                pb2.AnswerQuestionsResponse.SerializeToString,
            ),
            "ResumeAnswer": grpc.unary_stream_rpc_method_handler(
                self.ResumeAnswer, pb2.ResumeAnswerRequest.FromString
            ),
            "CancelAnswer": grpc.unary_unary_rpc_method_handler(
                self.CancelAnswer,
                pb2.CancelAnswerRequest.FromString,
                pb2.CancelAnswerResponse.SerializeToString,
            ),
            "GetMeshStatus": grpc.unary_unary_rpc_method_handler(
                self.GetMeshStatus,
                pb2.GetMeshStatusRequest.FromString,
                pb2.GetMeshStatusResponse.SerializeToString,
            ),
        }
        server.add_registered_method_handlers(SERVICE_NAME, handlers)

    async def StreamAnswer(
        self, request: pb2.StreamAnswerRequest, context: _Context
    ) -> AsyncGenerator[bytes]:
        asked = self._reception.ask(current_caller(), valid_question(request))
        async with aclosing(asked) as batches:
            async for batch in batches:
                for response in _responses(batch, together=request.accepts_batches):
                    yield response

    # A coroutine that writes, not a generator: its tasks end with the call, however it ends.
    async def AnswerQuestions(
        self, requests: AsyncIterable[pb2.AnswerQuestionsRequest], context: _Context
    ) -> None:
        silence = self._desk.limits.heartbeat_seconds
        async with heartbeats(context, lambda: _BATCH_HEARTBEAT, seconds=silence) as send:
            await self._batches.run(current_caller(), requests, send)

    async def ResumeAnswer(
        self, request: pb2.ResumeAnswerRequest, context: _Context
    ) -> AsyncGenerator[bytes]:
        answer_id, after = valid_answer_id(request.answer_id), valid_sequence(request)
        resumed = self._reception.resume(current_caller(), answer_id, after)
        async with aclosing(resumed) as batches:
            async for batch in batches:
                for response in _responses(batch, together=request.accepts_batches):
                    yield response

    async def CancelAnswer(
        self, request: pb2.CancelAnswerRequest, context: _Context
    ) -> pb2.CancelAnswerResponse:
        answer_id = valid_answer_id(request.answer_id)
        cancelled = await self._reception.cancel(current_caller(), answer_id)
        return pb2.CancelAnswerResponse(cancelled=cancelled)

    async def GetMeshStatus(
        self, request: pb2.GetMeshStatusRequest, context: _Context
    ) -> pb2.GetMeshStatusResponse:
        status = await self._watch.look()
        room = self._desk.places.room
        status.active_answer_count = self._desk.active_count
        status.admission.CopyFrom(
            pb2.Admission(
                place_count=room.places,
                waiting_count=room.waiting,
                refused_counts={str(why): count for why, count in room.refusals.counts.items()},
            )
        )
        return status


def _responses(batch: Sequence[bytes], *, together: bool) -> Iterable[bytes]:
    """Return the bytes of the responses of either stream that bring these events.

    On the wire a message is its bytes, so that a `BytesValue` has the form of a response whose
    field 1 is the event, and several have that of a batch.
    """
    if not batch:
        return (_HEARTBEAT,)
    messages = [BytesValue(value=event).SerializeToString() for event in batch]
    if not together or len(messages) == 1:
        return messages
    events = pb2.AnswerEventBatch.FromString(b"".join(messages))
    return (pb2.StreamAnswerResponse(batch=events).SerializeToString(),)
