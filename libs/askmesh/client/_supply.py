"""What is sent over streams that may break: read once, one at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Supply(Generic[T, R]):
    """Values as `encode` makes them fit to be sent; plain iterables are read in a thread.

    One whose reading has begun is not lost with its connection.
    """

    def __init__(self, values: AsyncIterable[T] | Iterable[T], encode: Callable[[T], R]) -> None:
        self._read = _reader(values)
        self._encode = encode
        self._reading: asyncio.Task[R | None] | None = None
        self.exhausted = False
        self.failure: BaseException | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[None]:
        """Stop reading when the block ends. Raise then what it failed with, if it did.

        A thread that reads is left to end by itself.
        """
        try:
            yield
            if self.failure is not None:
                raise self.failure
        finally:
            await self._abandon()

    async def values_for(self, seconds: float) -> AsyncGenerator[R]:
        """Yield values until the last one, until reading fails, or for so long."""
        ends = monotonic() + seconds
        while monotonic() < ends:
            value = await self._following()
            if value is None:
                return
            yield value

    async def _following(self) -> R | None:
        """Return the next value; None after the last one, and when reading has failed."""
        if self.exhausted:
            return None
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_and_encode())
        await asyncio.wait([self._reading])  # unlike awaiting it, leaves it alone when cancelled
        reading, self._reading = self._reading, None
        self.failure = asyncio.CancelledError() if reading.cancelled() else reading.exception()
        value = reading.result() if self.failure is None else None
        self.exhausted = value is None
        return value

    async def _read_and_encode(self) -> R | None:
        value = await self._read()
        return None if value is None else self._encode(value)

    async def _abandon(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            # What a reading fails with that nobody wants any more is nobody's.
            await asyncio.gather(self._reading, return_exceptions=True)


def _reader(values: AsyncIterable[T] | Iterable[T]) -> Callable[[], Awaitable[T | None]]:
    """Return what reads the next value; plain iterables are read in a thread."""
    if isinstance(values, AsyncIterable):
        stream = aiter(values)

        async def read() -> T | None:
            return await anext(stream, None)

        return read
    iterator = iter(values)

    async def read_in_thread() -> T | None:
        return await asyncio.to_thread(next, iterator, None)

    return read_in_thread
