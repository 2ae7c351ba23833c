"""The deadline of the work at hand, known everywhere below it."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from time import monotonic

from askmesh.errors import DeadlineError

_deadline: ContextVar[float | None] = ContextVar("askmesh_deadline", default=None)


def time_remaining() -> float | None:
    """Return the seconds until the deadline, at least 0.0. None where there is no deadline."""
    end = _deadline.get()
    return None if end is None else max(0.0, end - monotonic())


def require_time(seconds: float) -> None:
    """Raise `DeadlineError` if less time is left than work takes: it is not begun in vain."""
    remaining = time_remaining()
    if remaining is not None and remaining <= seconds:
        raise DeadlineError(
            "TIME_TOO_SHORT", f"{remaining:.3f} s are left for what takes {seconds:.3f} s at least"
        )


def end_within(seconds: float | None) -> None:
    """Give the rest of the task `seconds`, as `deadline` does with a block."""
    _deadline.set(_end(seconds))


@contextmanager
def deadline(seconds: float | None) -> Generator[None]:
    """Give the block `seconds`, or less when a deadline around it comes first.

    None changes nothing. The deadline is only known, not enforced: calls take their timeouts
    from it, and code with a choice may do less.
    """
    token = _deadline.set(_end(seconds))
    try:
        yield
    finally:
        _deadline.reset(token)


def _end(seconds: float | None) -> float | None:
    outer = _deadline.get()
    if seconds is None:
        return outer
    end = monotonic() + seconds
    return end if outer is None else min(outer, end)


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
