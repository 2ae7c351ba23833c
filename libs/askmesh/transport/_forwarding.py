"""A channel that stands before another one."""

from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

import grpc
from grpc import aio

from askmesh.transport._methods import (
    CallMaking,
    StreamStream,
    StreamUnary,
    UnaryStream,
    UnaryUnary,
)

Req = TypeVar("Req")
Res = TypeVar("Res")
_AS_THEY_ARE = CallMaking()


class ForwardingChannel(aio.Channel):
    """A channel in the state of its `inner` one, over which calls are made.

    Subclasses may give it another inner channel, which new calls are made over then, and say what
    calls take along.
    """

    def __init__(self, inner: aio.Channel) -> None:
        self.inner = inner

    def making(
        self,
        method: str,  # noqa: ARG002 - subclasses tell methods apart
        *,
        is_unary: bool,  # noqa: ARG002
    ) -> CallMaking:
        """Return how calls of a method are made; `is_unary` says that no side of it streams."""
        return _AS_THEY_ARE

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.UnaryUnaryMultiCallable[Req, Res]:
        return UnaryUnary(
            self,
            lambda inner: inner.unary_unary(method, request_serializer, response_deserializer),
            self.making(method, is_unary=True),
        )

    def unary_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.UnaryStreamMultiCallable[Req, Res]:
        return UnaryStream(
            self,
            lambda inner: inner.unary_stream(method, request_serializer, response_deserializer),
            self.making(method, is_unary=False),
        )

    def stream_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.StreamUnaryMultiCallable[Req, Res]:
        return StreamUnary(
            self,
            lambda inner: inner.stream_unary(method, request_serializer, response_deserializer),
            self.making(method, is_unary=False),
        )

    def stream_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool = False,  # noqa: FBT001, FBT002 - generated stubs pass it
    ) -> aio.StreamStreamMultiCallable[Req, Res]:
        return StreamStream(
            self,
            lambda inner: inner.stream_stream(method, request_serializer, response_deserializer),
            self.making(method, is_unary=False),
        )

    async def close(self, grace: float | None = None) -> None:
        await self.inner.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's interface
        return self.inner.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self.inner.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self.inner.channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        await self.close()
