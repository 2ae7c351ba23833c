"""Slots for completions of one language model, and how long each is held."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

RECENT = 9
"""Of the last so many times the middle is known: a few that a server has stalled count little."""


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """How many completions run or wait, for how many slots, and how long one takes.

    `seconds` is 0.0 as long as nobody knows.
    """

    count: int
    slots: int
    seconds: float = 0.0

    @property
    def wait_seconds(self) -> float:
        """How long one more would wait: those before it, by the pace at which slots get free."""
        return max(0, self.count + 1 - self.slots) * self.seconds / self.slots


class Slots:
    """Room for so many completions at once; first come, first served."""

    def __init__(self, count: int, clock: Callable[[], float] = perf_counter) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._clock = clock
        self._seconds = deque[float](maxlen=RECENT)
        self._waiting_count = 0
        self.active_count = 0
        """How many completions run now."""

    @property
    def has_room(self) -> bool:
        """Whether a completion could begin at once."""
        return not self._free.locked()

    @property
    def load(self) -> SlotLoad:
        """How busy they are."""
        count = self.active_count + self._waiting_count
        return SlotLoad(count, self._count, median(self._seconds) if self._seconds else 0.0)

    async def take(self, patience: float) -> None:
        """Take a slot. Raise `TimeoutError` if none is free within so many seconds."""
        self._waiting_count += 1
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
        finally:
            self._waiting_count -= 1

    @asynccontextmanager
    async def held(self) -> AsyncGenerator[None]:
        """Hold the slot that was taken for the time of the block."""
        self.active_count += 1
        began = self._clock()
        try:
            yield
        finally:
            self._seconds.append(self._clock() - began)
            self.active_count -= 1
            self._free.release()
