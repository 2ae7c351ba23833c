"""How much time one ranking may take, and how many may run or wait."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from askmesh.errors import OverloadedError


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Bounds of a ranking's time, in seconds.

    A ranking may take `most` while others wait for its place, and `most_unhurried` while nobody
    does. `reserve` of the caller's time is left to the stages that follow. Passages get
    `passage_share` of the time where sentences are wanted too.
    """

    most: float
    most_unhurried: float
    reserve: float
    passage_share: float


class Stopwatch:
    """Time that is running out."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        """Return the seconds that are left, at least 0.0."""
        return max(0.0, self._end - self._clock())


def budget_seconds(limits: BudgetLimits, remaining: float | None, *, others_wait: bool) -> float:
    """Return the time for one ranking when the caller waits for `remaining` seconds, or forever."""
    most = limits.most if others_wait else limits.most_unhurried
    return most if remaining is None else max(0.0, min(most, remaining - limits.reserve))


class Gate:
    """Lets a few rankings run at once, a few more wait, and refuses the rest."""

    def __init__(self, *, active: int, waiting: int, seconds_each: float) -> None:
        self._active = active
        self._capacity = active + waiting
        self._seconds_each = seconds_each
        self._inside = 0
        self._turn = asyncio.Semaphore(active)

    @property
    def others_wait(self) -> bool:
        """Whether a ranking waits for its turn."""
        return self._inside > self._active

    @asynccontextmanager
    async def entered(self) -> AsyncGenerator[None]:
        """Run the block when it is its turn, first come first served.

        Raises `OverloadedError` with reason RERANKING_BUSY at once if too many wait already.
        """
        if self._inside >= self._capacity:
            raise self._refusal()
        self._inside += 1
        try:
            async with self._turn:
                yield
        finally:
            self._inside -= 1

    def _refusal(self) -> OverloadedError:
        rounds = self._capacity / self._active
        return OverloadedError(
            "RERANKING_BUSY",
            f"{self._capacity} rankings are running or waiting already; try again later",
            retry_after_seconds=round(rounds * self._seconds_each, 3),
            capacity=str(self._capacity),
        )
