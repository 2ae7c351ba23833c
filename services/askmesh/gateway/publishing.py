"""Giving the answers of a gateway to the others while they are made."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from functools import partial

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
)
from askmesh.errors import UnavailableError
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import kept_by
from askmesh.gateway.sharing import SharedAnswers, end_of, record_of

_logger = logging.getLogger("askmesh.gateway")


PUBLISHING_SECONDS = 0.25
"""How often whoever makes an answer says so, and learns who follows and who cancels."""

LAST_ATTEMPTS = 8
"""How often what has ended is told to a Redis that does not answer."""


class Publication:
    """Gives the events of a making to the others until its end, and does what they want."""

    def __init__(
        self,
        making: Making,
        shared: SharedAnswers,
        followed: Callable[[], AbstractContextManager[None]],
        *,
        cancel: Callable[[Iterable[str]], Awaitable[None]],
    ) -> None:
        """`followed` is entered while somebody follows elsewhere, `cancel` ends answers."""
        self.making = making
        self._log = making.log
        self._shared = shared
        self._followed = followed
        self._cancel = cancel
        self._position = 0
        self._is_new = not making.log.ended  # others may have what has ended: look first
        self._is_done = False
        self._is_lost = False

    async def is_lost(self) -> bool:
        """Publish all; return whether another gateway makes it by now, so that nothing counts."""
        attempts = LAST_ATTEMPTS
        with ExitStack() as held:
            while attempts and not self._is_done:
                try:
                    await self._tell(held)
                except UnavailableError:
                    _logger.warning("an answer is known to this gateway alone for now")
                    self._log.release()
                    attempts -= self._log.ended
                    await asyncio.sleep(PUBLISHING_SECONDS)
                    continue
                if not self._log.ended and self._position == self._log.last_sequence:
                    await self._log.news(PUBLISHING_SECONDS)
        return self._is_lost

    async def _tell(self, held: ExitStack) -> None:
        events = self._log.events[self._position :] if self._is_new else ()
        whole = self._log.ended and self._position + len(events) == self._log.last_sequence
        end = end_of(self._log.failure) if whole else ""
        news = await self._shared.publish(self.making.making_id, self._position, events, end)
        self._is_done = bool(end) or news.length < 0
        if news.length < 0:
            self._is_lost = self._is_new  # else others have the same
            return
        self._position, self._is_new = news.length, True
        self._log.hold(self._position)
        held.close()
        if news.followed and not end:
            held.enter_context(self._followed())
        await self._cancel(news.cancelled)


class Publisher:
    """Publishes the answers of a desk, and does with them what clients of others want."""

    def __init__(self, desk: AnswerDesk, shared: SharedAnswers, tasks: asyncio.TaskGroup) -> None:
        self._desk = desk
        self._shared = shared
        self._tasks = tasks
        self._published: set[Making] = set()

    async def announce(self, answer: Answer) -> None:
        """Let the other gateways know an answer of this one, before its client does."""
        making = answer.making
        is_first = answer.cache_status == CACHE_STATUS_MISS
        joined = answer.cache_status == CACHE_STATUS_JOINED
        try:
            if kept_by(answer.asker, answer.answer_id):  # its id tells the rest
                if answer.request_id:
                    await self._shared.name(record_of(answer))
                return
            asked = making.question.SerializeToString() if is_first else b""
            await self._shared.record(record_of(answer), asked, joined=joined)
        except UnavailableError:
            _logger.warning("an answer is known to this gateway alone")
            return
        if not making.is_elsewhere:
            self.publish(making)

    def publish(self, making: Making) -> None:
        """Give the events of a making to the others until its end."""
        if making not in self._published:
            self._published.add(making)
            followed = partial(self._desk.followed, making)
            making.log.hold(0)
            publication = Publication(making, self._shared, followed, cancel=self._cancel_all)
            task = self._tasks.create_task(self._publish(publication))
            task.add_done_callback(lambda _: self._forget(making))

    def _forget(self, making: Making) -> None:
        self._published.discard(making)
        making.log.release()

    async def cancel(self, answer: Answer) -> None:
        """End an answer that has not ended, and its making if it has no other, anywhere."""
        making = answer.making
        try:
            joined = await self._shared.joined(making.making_id)
            if making.is_elsewhere or joined - {answer.answer_id}:
                self._desk.part(answer)
                await self._shared.part(record_of(answer), answer.log.events)
                return
        except UnavailableError:
            _logger.warning("an answer is cancelled at this gateway alone")
        if not answer.log.ended:
            self._desk.cancel(answer.asker, answer.answer_id)

    def move(self, answer_ids: Iterable[str]) -> None:
        """Let those who read these answers here find them again at their new place."""
        for answer_id in answer_ids:
            answer = self._desk.register.get(answer_id)
            if answer is not None and not answer.log.ended:
                answer.leave()
                self._desk.register.forget(answer)
                answer.log.end(_moved())

    async def _publish(self, publication: Publication) -> None:
        if await publication.is_lost():
            self._lose(publication.making)

    async def _cancel_all(self, answer_ids: Iterable[str]) -> None:
        for answer_id in answer_ids:
            answer = self._desk.register.get(answer_id)
            if answer is not None and not answer.log.ended:
                await self.cancel(answer)

    def _lose(self, making: Making) -> None:
        """Stop what another gateway makes by now; whoever reads it here finds it there."""
        _logger.warning("an answer of this gateway was taken over by another one")
        for answer in making.answers:
            self._desk.register.forget(answer)
        making.answers.clear()
        making.log.withdraw()  # nobody else has them
        making.log.end(_moved())
        self._desk.stop(making)


def _moved() -> UnavailableError:
    return UnavailableError(
        "ANSWER_MOVED", "another gateway has the answer: resume it", retry_after_seconds=0.1
    )
