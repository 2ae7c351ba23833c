"""A bounded queue in front of the cross-encoder."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from askmesh.errors import OverloadedError


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
