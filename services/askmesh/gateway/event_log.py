"""The events of one answer, in memory, as the bytes that go to its readers."""

import asyncio
from collections.abc import AsyncGenerator

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent


class MemoryEventLog:
    """Number and keep events; any number of followers read them at their own pace."""

    def __init__(self, answer_id: str, *, heartbeat_seconds: float) -> None:
        self._answer_id = answer_id
        self._heartbeat_seconds = heartbeat_seconds
        self._events: list[bytes] = []
        self._ended = False
        self._failure: Exception | None = None
        self._news = asyncio.Event()

    @property
    def last_sequence(self) -> int:
        """The sequence of the last event, 0 if there is none."""
        return len(self._events)

    @property
    def size_bytes(self) -> int:
        """How large all events are together."""
        return sum(map(len, self._events))

    def append(self, event: AnswerEvent) -> None:
        """Append the next event. Nothing can follow the end."""
        if self._ended:
            raise RuntimeError("the answer has ended")
        event.answer_id, event.sequence = self._answer_id, len(self._events) + 1
        self._events.append(event.SerializeToString())
        self._wake()

    def end(self, failure: Exception | None = None) -> None:
        """Say that nothing follows; followers then get `failure`, if there is one."""
        self._ended = True
        self._failure = failure
        self._wake()

    async def follow(self, after_sequence: int) -> AsyncGenerator[bytes | None]:
        """Yield the events after a sequence, those to come included, and None in silence."""
        position = after_sequence
        while True:
            news = self._news
            for event in self._events[position:]:
                position += 1
                yield event
            if position < len(self._events):
                continue
            if self._ended:
                break
            if not await _within(self._heartbeat_seconds, news):
                yield None
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def _within(seconds: float, event: asyncio.Event) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
