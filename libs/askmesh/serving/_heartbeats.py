"""Signs of life in a stream of responses."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from grpc import aio

Res = TypeVar("Res")


@asynccontextmanager
async def heartbeats(
    context: aio.ServicerContext[Any, Any], heartbeat: Callable[[], Res], *, seconds: float
) -> AsyncGenerator[Callable[[Res], Awaitable[None]]]:
    """Write what `heartbeat` returns to the call's stream every so often; yield what writes more.

    A caller can tell by them a service that is at work from one that hangs.
    """
    writing = asyncio.Lock()

    async def write(message: Res) -> None:
        async with writing:  # gRPC takes one message at a time
            await context.write(message)

    async def beat() -> None:
        while True:
            await asyncio.sleep(seconds)
            await write(heartbeat())

    async with asyncio.TaskGroup() as tasks:
        beats = tasks.create_task(beat())
        try:
            yield write
        finally:
            beats.cancel()
