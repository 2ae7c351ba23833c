"""Calls that bring many questions: how many a caller has, and until when one is read."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import TypeVar

from askmesh.errors import TooManyCallsError
from askmesh.gateway.rates import quota_of
from askmesh.identity import Caller
from askmesh.resilience import Party
from askmesh.serving import party_of

R = TypeVar("R")


class Calls:
    """Counts the calls of each caller."""

    def __init__(self, most: int) -> None:
        """Let a caller have at most so many at once."""
        self._most = most
        self._open = Counter[Party]()

    @contextmanager
    def counted(self, caller: Caller) -> Generator[None]:
        """Count a call for the time of the block; raise `TooManyCallsError` if it is one more."""
        who = party_of(caller)
        if self._open[who] >= self._most:
            raise TooManyCallsError(
                "TOO_MANY_BATCHES",
                f"You have {self._most} calls with many questions: wait for the end of one",
                quota=quota_of(caller),
            )
        self._open[who] += 1
        try:
            yield
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


async def following(requests: AsyncIterator[R], seconds: float) -> R | None:
    """Return the next request; None after the last one, and if it does not come in time.

    Its reading goes on then until the call is over: gRPC would write a message that comes later
    into memory that is free already.
    """
    if seconds <= 0:
        return None
    reading = asyncio.ensure_future(anext(requests, None))
    reading.add_done_callback(_noted)
    await asyncio.wait([reading], timeout=seconds)
    return reading.result() if reading.done() else None


def _noted(reading: asyncio.Future[R | None]) -> None:
    """Take what became of a reading, if nobody waits for it any more."""
    if not reading.cancelled():
        reading.exception()
