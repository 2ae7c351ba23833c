"""The events of one answer, as the bytes that go to its readers, perhaps made a second time."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.errors import OutOfRangeError

BATCH_EVENTS = 64
"""How many events readers get at a time."""


class MemoryEventLog:
    """Number and keep events, without the id of an answer: several answers may share them.

    While they are held, readers get only those that others have, too: a reader who resumes at
    another gateway has nothing that is not there.
    """

    def __init__(self, events: Iterable[bytes] = ()) -> None:
        self._events = list(events)
        self._ended = False
        self._held: int | None = None
        self._failure: Exception | None = None
        self._news = asyncio.Event()

    @property
    def events(self) -> Sequence[bytes]:
        """All events so far."""
        return self._events

    @property
    def last_sequence(self) -> int:
        """The sequence of the last event, 0 if there is none."""
        return len(self._events)

    @property
    def readable(self) -> int:
        """How many of the events readers may have."""
        return len(self._events) if self._held is None else min(self._held, len(self._events))

    @property
    def size_bytes(self) -> int:
        """How large all events are together."""
        return sum(map(len, self._events))

    @property
    def ended(self) -> bool:
        """Whether nothing follows."""
        return self._ended

    @property
    def failure(self) -> Exception | None:
        """What readers get after the last event."""
        return self._failure

    def require_event(self, sequence: int) -> None:
        """Raise `OutOfRangeError` if there is no such event yet; 0 is before the first."""
        if sequence > self.last_sequence:
            raise OutOfRangeError(
                "SEQUENCE_BEYOND_END",
                f"the answer has {self.last_sequence} events",
                field="after_sequence",
                last_sequence=str(self.last_sequence),
            )

    def append(self, event: AnswerEvent) -> None:
        """Append the next event. Nothing can follow the end."""
        if self._ended:
            raise RuntimeError("the answer has ended")
        event.ClearField("answer_id")
        event.sequence = len(self._events) + 1
        self._events.append(event.SerializeToString())
        self.wake()

    def extend(self, events: Sequence[bytes]) -> None:
        """Append events that are numbered already."""
        if events:
            self._events.extend(events)
            self.wake()

    def hold(self, known: int) -> None:
        """Let readers have no more events than these until others have more."""
        self._held = known
        self.wake()

    def release(self) -> None:
        """Let readers have all events, from now on as they come."""
        self._held = None
        self.wake()

    def withdraw(self) -> None:
        """Forget the events that readers may not have yet, for good."""
        del self._events[self.readable :]
        self.release()

    def end(self, failure: Exception | None = None) -> None:
        """Say that nothing follows; followers then get `failure`, if there is one."""
        self._ended = True
        self._failure = failure
        self.wake()

    def wake(self) -> None:
        """Let all who wait for news look again."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self, seconds: float) -> bool:
        """Wait for what comes next; return whether something came."""
        try:
            async with asyncio.timeout(seconds):
                return await self._news.wait()
        except TimeoutError:
            return False


async def follow(
    log: Callable[[], MemoryEventLog], after_sequence: int, *, heartbeat_seconds: float
) -> AsyncGenerator[Sequence[bytes]]:
    """Yield the events after a sequence, as many as there are at a time, and none in silence.

    `log` may return another log with the same beginning when it wakes those who follow.
    """
    position = after_sequence
    while True:
        current = log()
        if events := current.events[position : min(position + BATCH_EVENTS, current.readable)]:
            position += len(events)
            yield events
        if current is not log() or position < current.readable:
            continue
        if current.ended and position >= current.last_sequence:
            break
        if not await current.news(heartbeat_seconds):
            yield ()
    if current.failure is not None:
        raise current.failure.with_traceback(None)
