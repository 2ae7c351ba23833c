"""Channels to other services."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from grpc import aio

from askmesh.rpc._multicallables import StreamStream, StreamUnary, UnaryStream, UnaryUnary
from askmesh.rpc._options import CHANNEL_OPTIONS
from askmesh.rpc._outgoing import CallTemplate
from askmesh.rpc._tenancy import Introduce, by_name
from askmesh.tracing import Tracing, is_traced
from askmesh.transport import PLAIN_TEXT, ForwardingChannel, Transport

Req = TypeVar("Req")
Res = TypeVar("Res")

UNARY_SECONDS = 60.0
STREAM_SECONDS = 600.0


@asynccontextmanager
async def channel_to(
    address: str,
    tracing: Tracing,
    *,
    introduce: Introduce = by_name,
    transport: Transport = PLAIN_TEXT,
    unary_seconds: float = UNARY_SECONDS,
) -> AsyncGenerator[aio.Channel]:
    """Open a channel to `address` (`host:port`, or `dns:///host:port` for all of its replicas).

    Calls carry trace and priority of the work at hand, and what `introduce` says about its caller.
    They end with the deadline of the call being served, less a margin: when nothing is left, the
    call raises `DeadlineError` at once. Where there is no deadline, `timeout=` or these defaults
    hold. Connecting happens with the first call. A peer that stops answering is noticed within
    seconds. Leaving the loop over a stream cancels it. Health checks and reflection pass unchanged.
    """
    inner = transport.channel(address, CHANNEL_OPTIONS)
    async with mesh_channel(
        inner, address, tracing, introduce, unary_seconds=unary_seconds
    ) as channel:
        yield channel


def mesh_channel(
    inner: aio.Channel,
    address: str,
    tracing: Tracing,
    introduce: Introduce,
    *,
    unary_seconds: float = UNARY_SECONDS,
) -> aio.Channel:
    """Return a channel as that of `channel_to`, over another one, which it closes with itself."""
    return _MeshChannel(inner, address, tracing, introduce, unary_seconds)


class _MeshChannel(ForwardingChannel):
    """A channel whose calls carry trace, tenant and deadline."""

    def __init__(
        self,
        inner: aio.Channel,
        address: str,
        tracing: Tracing,
        introduce: Introduce,
        unary_seconds: float,
    ) -> None:
        super().__init__(inner)
        self._address = address
        self._tracing = tracing
        self._introduce = introduce
        self._unary_seconds = unary_seconds

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.UnaryUnaryMultiCallable[Req, Res]:
        inner = self.inner.unary_unary(method, request_serializer, response_deserializer)
        if not is_traced(method):
            return inner
        return UnaryUnary(inner, self._template(method, self._unary_seconds))

    def unary_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.UnaryStreamMultiCallable[Req, Res]:
        inner = self.inner.unary_stream(method, request_serializer, response_deserializer)
        if not is_traced(method):
            return inner
        return UnaryStream(inner, self._template(method, STREAM_SECONDS))

    def stream_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.StreamUnaryMultiCallable[Req, Res]:
        inner = self.inner.stream_unary(method, request_serializer, response_deserializer)
        if not is_traced(method):
            return inner
        return StreamUnary(inner, self._template(method, STREAM_SECONDS))

    def stream_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.StreamStreamMultiCallable[Req, Res]:
        inner = self.inner.stream_stream(method, request_serializer, response_deserializer)
        if not is_traced(method):
            return inner
        return StreamStream(inner, self._template(method, STREAM_SECONDS))

    def _template(self, method: str, default_seconds: float) -> CallTemplate:
        return CallTemplate(method, self._address, self._tracing, default_seconds, self._introduce)
