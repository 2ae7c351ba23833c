"""Two gateways with one Redis, and readers of their answers."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from grpc import aio
from pydantic import SecretStr

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from support.upstreams import Upstreams, settings_before, upstreams

ASKED = pb2.StreamAnswerRequest(question="What is a mesh?", request_id="r")


@dataclass
class TwoGateways:
    one: GatewayServiceStub
    other: GatewayServiceStub
    upstreams: Upstreams


def settings_of(behind: Upstreams, cache: str) -> Settings:
    return settings_before(behind.address, upstream_retry_seconds=0, cache=cache)


@asynccontextmanager
async def gateways(
    address: str,
    *,
    address_of_one: str = "",
    hold: bool = False,
    **settings: float,
) -> AsyncGenerator[TwoGateways]:
    async with upstreams(hold=hold) as behind, AsyncExitStack() as stack:
        common = settings_of(behind, address).model_copy(update=settings)
        stubs: list[GatewayServiceStub] = []
        for cache in (address_of_one or address, address):
            own = common.model_copy(update={"cache": SecretStr(cache)})
            port = await stack.enter_async_context(gateway_service(own))
            channel = await stack.enter_async_context(aio.insecure_channel(f"127.0.0.1:{port}"))
            stubs.append(GatewayServiceStub(channel))
        yield TwoGateways(stubs[0], stubs[1], behind)


async def events_of(
    call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
    | aio.UnaryStreamCall[pb2.ResumeAnswerRequest, pb2.ResumeAnswerResponse],
) -> list[pb2.AnswerEvent]:
    return [message.event async for message in call if message.HasField("event")]


class Reading:
    """Reads a stream: first some, later the rest."""

    def __init__(
        self, call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
    ) -> None:
        self._messages = aiter(call)
        self.events: list[pb2.AnswerEvent] = []

    async def words(self) -> None:
        """Read up to the first words."""
        async for message in self._messages:
            self.events.append(message.event)
            if message.event.HasField("text_delta"):
                return

    async def rest(self) -> list[pb2.AnswerEvent]:
        """Return all events."""
        self.events += [each.event async for each in self._messages if each.HasField("event")]
        return self.events


async def begun(scene: TwoGateways) -> list[pb2.AnswerEvent]:
    """Ask one gateway, and leave it after the first words."""
    call = scene.one.StreamAnswer(ASKED, timeout=60)
    events: list[pb2.AnswerEvent] = []
    async for message in call:
        events.append(message.event)
        if message.event.HasField("text_delta"):
            break
    call.cancel()
    return events


EQUAL = pb2.StreamAnswerRequest(question="What is a mesh?")


def alike(events: Sequence[pb2.AnswerEvent]) -> bytes:
    """Return the bytes that are the same for all who share an answer."""
    copies = [pb2.AnswerEvent.FromString(event.SerializeToString()) for event in events]
    for copy in copies:
        copy.ClearField("answer_id")
        copy.completed.ClearField("cache_status") if copy.HasField("completed") else None
    return b"".join(copy.SerializeToString(deterministic=True) for copy in copies)
