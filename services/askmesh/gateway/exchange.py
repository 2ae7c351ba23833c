"""Answers of this gateway for the others, and theirs for the clients of this one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_SEMANTIC_HIT,
    CacheStatus,
    StreamAnswerRequest,
)
from askmesh.errors import UnavailableError
from askmesh.gateway.answers import KEPT, Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import documents_of, is_in_other_words, kept_by, permissions_of
from askmesh.gateway.mirrors import Mirrors
from askmesh.gateway.ports import AnswerMemory
from askmesh.gateway.publishing import PUBLISHING_SECONDS, Publisher
from askmesh.gateway.sharing import KnownAnswer, SharedAnswers, record_of


class Exchange:
    """Publishes the answers of a desk, and brings those of others to it.

    Without the others' answers, whatever the reason, the desk has its own: the log says so.
    """

    def __init__(
        self,
        desk: AnswerDesk,
        shared: SharedAnswers,
        memory: AnswerMemory,
        tasks: asyncio.TaskGroup,
        *,
        may_read: Callable[[str], Awaitable[bool]],
    ) -> None:
        """`may_read` tells whether a key of documents is that of what the caller may read now."""
        self._desk = desk
        self._register = desk.register
        self._shared = shared
        self._memory = memory
        self._may_read = may_read
        self._publisher = Publisher(desk, shared, tasks)
        self._mirrors = Mirrors(
            desk, shared, self._publisher, tasks, retention=desk.limits.retention
        )

    async def announce(self, answer: Answer) -> None:
        await self._publisher.announce(answer)

    async def meet(self, question: StreamAnswerRequest, key: str, *, instead_of: str) -> Making:
        own = self._desk.new_id()
        try:
            making_id = await self._shared.lead(key, own, instead_of=instead_of)
            if making_id != own:
                making = self._desk.running.elsewhere(making_id, question, key)
                await self._mirrors.look(making)
                return making
        except UnavailableError:
            pass  # each gateway for itself
        return self._desk.start(question, key, own)

    def share(self, making: Making) -> None:
        self._desk.share(making)
        self._mirrors.follow(making)

    async def of_request(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        if not question.request_id:
            return None
        try:
            named = await self._shared.of_request(asker, question.request_id)
        except UnavailableError:
            return None
        if named is None:
            return None
        answer_id, asked = named
        await self.bring(asker, answer_id, 0)
        answer = self._register.get(answer_id)
        if answer is not None and asked:
            answer.request_id, answer.fingerprint = question.request_id, bytes.fromhex(asked)
            self._register.add(answer)
        return self._desk.known(asker, question)

    async def bring(self, asker: str, answer_id: str, after_sequence: int) -> None:
        if not self._register.get(answer_id):
            await self._find(asker, answer_id)
        answer = self._register.get(answer_id)
        if answer is None or answer.asker != asker:
            return
        # Its reader may have read on elsewhere, further than what has come here.
        while (
            answer.making.is_elsewhere
            and not answer.log.ended
            and answer.log.last_sequence < after_sequence
        ):
            await answer.log.news(PUBLISHING_SECONDS)

    async def _find(self, asker: str, answer_id: str) -> None:
        """Make an answer known here that others have."""
        try:
            record = _recalled(asker, answer_id)
            if record is not None and not await self._may_read(documents_of(record.making_id)):
                return
            record = record or await self._shared.find(answer_id)
            if record is None or record.asker != asker:
                return
            making = await self._making(record)
        except UnavailableError:
            return
        if making and not self._register.get(answer_id):  # nobody else brought it meanwhile
            self._adopt(_answer(record, making))

    async def cancel(self, asker: str, answer_id: str) -> bool:
        await self.bring(asker, answer_id, 0)
        answer = self._register.find(asker, answer_id)
        if answer.log.ended:
            return False
        if answer.making.is_elsewhere and answer.cache_status != CACHE_STATUS_JOINED:
            await self._shared.cancel(record_of(answer))
        else:
            await self._publisher.cancel(answer)
        return True

    def end(self) -> None:
        self._mirrors.end()

    async def _making(self, record: KnownAnswer) -> Making | None:
        """Return the making of an answer, from its maker or from where it is kept."""
        if record.cache_status not in KEPT:
            making = self._desk.running.elsewhere(record.making_id, StreamAnswerRequest())
            await self._mirrors.look(making)
            return making
        kept = await self._memory.find(record.making_id)
        if kept is None:
            return None
        return self._desk.running.recalled(record.making_id, kept)

    def _adopt(self, answer: Answer) -> None:
        answer.making.answers.append(answer)
        self._register.add(answer)
        if answer.making.is_elsewhere:
            self._mirrors.follow(answer.making)
        else:
            self._mirrors.keep(answer)


def _recalled(asker: str, answer_id: str) -> KnownAnswer | None:
    """Return what the id of an answer from the cache tells of it."""
    key = kept_by(asker, answer_id)
    if key is None:
        return None
    other = is_in_other_words(answer_id)
    status = CACHE_STATUS_SEMANTIC_HIT if other else CACHE_STATUS_EXACT_HIT
    return KnownAnswer(answer_id, asker, "", "", int(status), key, permissions_of(key))


def _answer(record: KnownAnswer, making: Making) -> Answer:
    status = cast("CacheStatus.ValueType", record.cache_status)
    asked = bytes.fromhex(record.fingerprint)
    return Answer(
        *(record.answer_id, record.asker, record.request_id, asked, making, making.log, status),
        permissions=record.permissions,
    )
