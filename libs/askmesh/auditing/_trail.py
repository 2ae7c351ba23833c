"""Events on their way to where they are kept."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Protocol

from askmesh.auditing._events import AuditEvent
from askmesh.errors import UnavailableError
from askmesh.telemetry import ServiceMetrics

WAITING_EVENTS = 10_000
"""How many events may wait to be written before calls are refused."""

FLUSH_SECONDS = 0.1
AGAIN_SECONDS = 1.0
_logger = logging.getLogger("askmesh.auditing")


class AuditSink(Protocol):
    """Keeps events."""

    def write(self, events: Sequence[AuditEvent]) -> int:
        """Keep the first of the events, as many as can be kept at once; return how many.

        Keep none and raise `OSError` if they cannot be kept. Called in a thread, never twice at
        once.
        """
        ...


class AuditTrail:
    """Takes events at once, and writes them a tenth of a second later.

    Nothing is dropped: while events cannot be written, calls are refused.
    """

    def __init__(self, sink: AuditSink, metrics: ServiceMetrics) -> None:
        self._sink = sink
        self._metrics = metrics
        self._waiting: deque[AuditEvent] = deque()
        self._news = asyncio.Event()
        self._ending = asyncio.Event()
        self._works = True

    def require(self) -> None:
        """Raise `UnavailableError` if what happens now could not be written."""
        if not self._works or len(self._waiting) >= WAITING_EVENTS:
            raise UnavailableError(
                "AUDIT_UNAVAILABLE", "what happens cannot be recorded now, so nothing may happen"
            )

    def record(self, event: AuditEvent) -> None:
        """Take an event. Whoever may still be refused asks `require` before."""
        self._waiting.append(event)
        self._news.set()

    def offer(self, event: AuditEvent) -> bool:
        """Take an event if there is room, and return whether there was."""
        if len(self._waiting) >= WAITING_EVENTS:
            return False
        self.record(event)
        return True

    async def keep_writing(self) -> None:
        """Write events until `end` is called, and then what is left; the log tells what is lost."""
        while not self._ending.is_set():
            await self._news.wait()
            self._news.clear()
            await self._pause(FLUSH_SECONDS if await self.flush() else AGAIN_SECONDS)
        if not await self.flush():
            _logger.error("%d events of the audit are lost", len(self._waiting))

    def end(self) -> None:
        """Have `keep_writing` come to its end."""
        self._ending.set()
        self._news.set()

    async def flush(self) -> bool:
        """Write what waits; return whether that worked. What was not written goes on waiting."""
        left = len(self._waiting)
        try:
            while left:
                left -= await self._write(left)
        except OSError as error:
            self._note(works=False, why=error.strerror or str(error))
            self._news.set()
            return False
        self._note(works=True)
        return True

    async def _write(self, most: int) -> int:
        """Write the events that have waited longest, so many at most, and return how many."""
        kept = await asyncio.to_thread(self._sink.write, tuple(islice(self._waiting, most)))
        for _ in range(kept):
            self._waiting.popleft()
        self._metrics.count_audit_events(kept)
        return kept

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ending.wait()

    def _note(self, *, works: bool, why: str = "") -> None:
        if works == self._works:
            return
        self._works = works
        self._metrics.set_audit_works(works=works)
        if works:
            _logger.info("the audit is written again")
        else:
            _logger.error("the audit cannot be written, so calls are refused: %s", why)
