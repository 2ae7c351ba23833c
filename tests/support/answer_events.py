"""Reading the events of an answer from its call."""

from typing import TypeAlias

from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2

AnswerCall: TypeAlias = (
    aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
    | aio.UnaryStreamCall[pb2.ResumeAnswerRequest, pb2.ResumeAnswerResponse]
)


async def events_of(call: AnswerCall) -> list[pb2.AnswerEvent]:
    """Return the events until the end of the answer."""
    return [message.event async for message in call if message.HasField("event")]


async def first_event(call: AnswerCall) -> pb2.AnswerEvent:
    """Return the first event; the call goes on."""
    async for message in call:
        if message.HasField("event"):
            return message.event
    raise AssertionError("the answer ended before it began")
