"""Giving the answers of a gateway to the others while they are made."""

import asyncio
import logging
from collections.abc import Iterable
from functools import partial

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
)
from askmesh.errors import UnavailableError
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import kept_by
from askmesh.gateway.publication import Publication
from askmesh.gateway.sharing import SharedAnswers, record_of

_logger = logging.getLogger("askmesh.gateway")


class Publisher:
    """Publishes the answers of a desk, and does with them what clients of others want."""

    def __init__(self, desk: AnswerDesk, shared: SharedAnswers, tasks: asyncio.TaskGroup) -> None:
        self._desk = desk
        self._shared = shared
        self._tasks = tasks
        self._published: set[Making] = set()

    async def announce(self, answer: Answer) -> None:
        """Let the other gateways know an answer of this one, before its client does."""
        if kept_by(answer.tenant, answer.answer_id):
            return  # its id tells all
        making = answer.making
        is_first = answer.cache_status == CACHE_STATUS_MISS
        joined = answer.cache_status == CACHE_STATUS_JOINED
        try:
            asked = making.question.SerializeToString() if is_first else b""
            await self._shared.record(record_of(answer), asked, joined=joined)
        except UnavailableError:
            _logger.warning("an answer is known to this gateway alone")
            return
        if not (making.is_elsewhere or answer.cache_status == CACHE_STATUS_EXACT_HIT):
            self.publish(making)

    def publish(self, making: Making) -> None:
        """Give the events of a making to the others until its end."""
        if making not in self._published:
            self._published.add(making)
            followed = partial(self._desk.followed, making)
            publication = Publication(making, self._shared, followed, cancel=self._cancel_all)
            task = self._tasks.create_task(self._publish(publication))
            task.add_done_callback(lambda _: self._published.discard(making))

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
            self._desk.cancel(answer.tenant, answer.answer_id)

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
        making.log.end(_moved())
        self._desk.stop(making)


def _moved() -> UnavailableError:
    return UnavailableError("ANSWER_MOVED", "another gateway has the answer: resume it")
