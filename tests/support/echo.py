"""A small service whose behaviour each test decides, and a client for it."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypedDict, Unpack

import grpc
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.resilience import Room
from askmesh.rpc import channel_to
from askmesh.serving import Door, serving
from askmesh.telemetry import Telemetry, silent_telemetry

SERVICE = "askmesh.test.v1.EchoService"

Context: TypeAlias = aio.ServicerContext[StringValue, StringValue]
Behaviour: TypeAlias = Callable[[StringValue, Context], object]
StreamedBehaviour: TypeAlias = Callable[[AsyncIterator[StringValue], Context], object]


class Behaviours(TypedDict, total=False):
    """What the service does, by kind of method."""

    unary: Behaviour
    stream: Behaviour
    collect: StreamedBehaviour
    converse: StreamedBehaviour


@dataclass(frozen=True, slots=True)
class EchoClient:
    """Calls of the four kinds of methods."""

    channel: aio.Channel

    @property
    def unary(self) -> aio.UnaryUnaryMultiCallable[StringValue, StringValue]:
        return self.channel.unary_unary(_path("Unary"), _dump, _parse)

    @property
    def stream(self) -> aio.UnaryStreamMultiCallable[StringValue, StringValue]:
        return self.channel.unary_stream(_path("Stream"), _dump, _parse)

    @property
    def watch(self) -> aio.UnaryStreamMultiCallable[StringValue, StringValue]:
        """Make a call that does what `stream` does, under the name of a watch."""
        return self.channel.unary_stream(_path("WatchStream"), _dump, _parse)

    @property
    def collect(self) -> aio.StreamUnaryMultiCallable[StringValue, StringValue]:
        return self.channel.stream_unary(_path("Collect"), _dump, _parse)

    @property
    def converse(self) -> aio.StreamStreamMultiCallable[StringValue, StringValue]:
        return self.channel.stream_stream(_path("Converse"), _dump, _parse)


@asynccontextmanager
async def echo_service(
    telemetry: Telemetry | None = None,
    *,
    settings: ServiceSettings | None = None,
    door: Door | None = None,
    rooms: Mapping[str, Room] | None = None,
    **behaviours: Unpack[Behaviours],
) -> AsyncGenerator[int]:
    """Serve `behaviours` by kind (unary, stream, collect, converse) and yield the port."""
    async with serving(
        lambda server: register_echo(server, **behaviours),
        services=[SERVICE],
        settings=settings or ServiceSettings(drain_seconds=0),
        telemetry=telemetry or silent_telemetry("echo"),
        door=door,
        rooms=rooms,
    ) as port:
        yield port


@asynccontextmanager
async def echo_client(port: int, telemetry: Telemetry | None = None) -> AsyncGenerator[EchoClient]:
    async with channel_to(f"127.0.0.1:{port}", telemetry or silent_telemetry("client")) as channel:
        yield EchoClient(channel)


@asynccontextmanager
async def echo(
    telemetry: Telemetry | None = None, **behaviours: Unpack[Behaviours]
) -> AsyncGenerator[EchoClient]:
    """Serve `behaviours` and yield a client. Both sides use `telemetry`."""
    async with (
        echo_service(telemetry, **behaviours) as port,
        echo_client(port, telemetry) as client,
    ):
        yield client


def register_echo(server: aio.Server, **behaviours: Unpack[Behaviours]) -> None:
    handlers: dict[str, grpc.RpcMethodHandler[StringValue, StringValue]] = {}
    if "unary" in behaviours:
        handlers["Unary"] = grpc.unary_unary_rpc_method_handler(behaviours["unary"], _parse, _dump)
    if "stream" in behaviours:
        handlers["Stream"] = handlers["WatchStream"] = grpc.unary_stream_rpc_method_handler(
            behaviours["stream"], _parse, _dump
        )
    if "collect" in behaviours:
        handlers["Collect"] = grpc.stream_unary_rpc_method_handler(
            behaviours["collect"], _parse, _dump
        )
    if "converse" in behaviours:
        handlers["Converse"] = grpc.stream_stream_rpc_method_handler(
            behaviours["converse"], _parse, _dump
        )
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])


def text(value: str) -> StringValue:
    return StringValue(value=value)


def _path(method: str) -> str:
    return f"/{SERVICE}/{method}"


def _dump(message: StringValue) -> bytes:
    return message.SerializeToString()


def _parse(data: bytes) -> StringValue:
    return StringValue.FromString(data)


class Failing:
    """Fails with one error, and counts how often it was asked."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.calls = 0

    async def unary(self, _: StringValue, __: Context) -> StringValue:
        self.calls += 1
        raise self.error
