"""The events of one answer, in memory, as the bytes that go to its readers."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent


class MemoryEventLog:
    """Number and keep events, without the id of an answer: several answers may share them."""

    def __init__(self, events: Iterable[bytes] = ()) -> None:
        self._events = list(events)
        self._ended = False
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
) -> AsyncGenerator[bytes | None]:
    """Yield the events after a sequence, those to come included, and None in silence.

    `log` may return another log with the same beginning when it wakes those who follow.
    """
    position = after_sequence
    while True:
        current = log()
        for event in current.events[position:]:
            position += 1
            yield event
        if current is not log() or position < current.last_sequence:
            continue
        if current.ended:
            break
        if not await current.news(heartbeat_seconds):
            yield None
    if current.failure is not None:
        raise current.failure.with_traceback(None)
