"""Calls whose responses are a stream, each over one connection."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Protocol, TypeVar

from grpc import aio

from askmesh.rpc import upstream_errors

Req = TypeVar("Req")
Res = TypeVar("Res")
R_co = TypeVar("R_co", covariant=True)

STREAM_SECONDS = 240.0
"""Services end old connections; a stream that is younger than this one ends by itself."""


class Responses(Protocol[R_co]):
    """A call that brings a stream."""

    def __aiter__(self) -> AsyncIterator[R_co]:
        """Return what it brings."""
        ...

    def cancel(self) -> bool:
        """End it."""
        ...


async def responses_of(call: Responses[Res], service: str) -> AsyncGenerator[Res]:
    """Yield what a call brings, and end it when nobody reads on."""
    responses = aiter(call)
    try:
        while True:
            with upstream_errors(service):
                response = await anext(responses, None)
            if response is None:
                return
            yield response
    finally:
        call.cancel()


async def responses_to(
    requests: AsyncGenerator[Req],
    connect: Callable[[], aio.StreamStreamCall[Req, Res]],
    service: str,
) -> AsyncGenerator[Res]:
    """Yield what a call brings while requests are sent over it, and end both when nobody reads on.

    They are sent outside of any task group: a group that is open while its generator waits would
    cancel the reader's own task when something in it fails. What making them fails with is raised.
    """
    with upstream_errors(service):
        call = connect()
    sending = asyncio.create_task(_send(requests, call))
    try:
        async with aclosing(responses_of(call, service)) as responses:
            async for response in responses:
                yield response
    finally:
        sending.cancel()
        await asyncio.wait([sending])
        if not sending.cancelled():
            sending.result()


async def _send(requests: AsyncGenerator[Req], call: aio.StreamStreamCall[Req, Res]) -> None:
    try:
        async with aclosing(requests):
            async for request in requests:
                await call.write(request)
        await call.done_writing()
    except (aio.AioRpcError, aio.BaseError, asyncio.InvalidStateError):
        return  # The reading side sees why.
    except Exception:  # a defect, for which nobody may wait in vain
        call.cancel()
        raise
