"""Time limits that a busy process does not break by itself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

_SLICES = 4


@asynccontextmanager
async def patience(seconds: float) -> AsyncGenerator[None]:
    """Raise `TimeoutError` when the block takes longer.

    A moment in which the event loop itself stood still counts as a quarter of the time at most:
    what came meanwhile is looked at before the block is given up.
    """
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []

    def wait(limit: asyncio.Timeout, slices: int) -> None:
        if slices:
            timers[:] = [loop.call_later(seconds / _SLICES, wait, limit, slices - 1)]
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        wait(limit, _SLICES)
        try:
            yield
        finally:
            timers[0].cancel()
