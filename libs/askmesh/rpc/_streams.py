"""Streams that end when their reader does.

The calls of grpc.aio go on in two cases: the reader leaves the loop, and the reader is cancelled
at the moment when the first response arrives. Then a server works on, unheard.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Generic, TypeAlias, TypeVar

import grpc
from grpc import aio

Req = TypeVar("Req")
Res = TypeVar("Res")
AnyStream: TypeAlias = aio.UnaryStreamCall[Req, Res] | aio.StreamStreamCall[Req, Res]


class _Stream(Generic[Req, Res]):
    """A stream of responses that is cancelled as soon as nobody reads it any more."""

    def __init__(self, inner: AnyStream[Req, Res]) -> None:
        self._inner = inner

    def __aiter__(self) -> AsyncIterator[Res]:
        return _responses(self._inner)

    async def read(self) -> object | Res:
        try:
            return await self._inner.read()
        except asyncio.CancelledError:
            self._inner.cancel()
            raise

    def cancelled(self) -> bool:
        return self._inner.cancelled()

    def done(self) -> bool:
        return self._inner.done()

    def time_remaining(self) -> float | None:
        return self._inner.time_remaining()

    def cancel(self) -> bool:
        return self._inner.cancel()

    def add_done_callback(self, callback: Callable[[object], None]) -> None:
        self._inner.add_done_callback(callback)

    async def initial_metadata(self) -> aio.Metadata:
        return await self._inner.initial_metadata()

    async def trailing_metadata(self) -> aio.Metadata:
        return await self._inner.trailing_metadata()

    async def code(self) -> grpc.StatusCode:
        return await self._inner.code()

    async def details(self) -> str:
        return await self._inner.details()

    async def wait_for_connection(self) -> None:
        await self._inner.wait_for_connection()


class ResponseStream(_Stream[Req, Res], aio.UnaryStreamCall[Req, Res]):
    """The responses to one request."""


class Conversation(_Stream[Req, Res], aio.StreamStreamCall[Req, Res]):
    """Streams in both directions."""

    def __init__(self, inner: aio.StreamStreamCall[Req, Res]) -> None:
        super().__init__(inner)
        self._writer = inner

    async def write(self, request: Req) -> None:
        await self._writer.write(request)

    async def done_writing(self) -> None:
        await self._writer.done_writing()


async def _responses(call: AnyStream[Req, Res]) -> AsyncGenerator[Res]:
    # A generator that nobody refers to any more is closed by the event loop.
    try:
        async for response in call:
            yield response
    finally:
        call.cancel()
