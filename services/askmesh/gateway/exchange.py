"""Answers of this gateway for the others, and theirs for the clients of this one."""

import asyncio
import logging
from typing import cast

from askmesh.api.gateway.v1.gateway_pb2 import CacheStatus, StreamAnswerRequest
from askmesh.errors import UnavailableError
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.publishing import PUBLISHING_SECONDS, publish
from askmesh.gateway.retention import EndedAnswers, RetentionLimits
from askmesh.gateway.sharing import KnownAnswer, SharedAnswers, failure_of

READING_SECONDS = 0.02
"""How often the events of another gateway are looked for."""

UNWANTED_SECONDS = 5.0
"""How long that goes on while no client wants them."""

_logger = logging.getLogger("askmesh.gateway")


class Exchange:
    """Publishes the answers of a desk, and brings those of others to it.

    Without the others' answers, whatever the reason, the desk has its own: the log says so.
    """

    def __init__(
        self,
        desk: AnswerDesk,
        shared: SharedAnswers | None,
        tasks: asyncio.TaskGroup,
        *,
        retention: RetentionLimits,
    ) -> None:
        """`shared` is None where a gateway is alone."""
        self._desk = desk
        self._register = desk.register
        self._ended = EndedAnswers(retention, self._register.forget)
        self._mirrors: set[asyncio.Task[None]] = set()
        self._shared = shared
        self._tasks = tasks
        self._published: set[Making] = set()

    async def announce(self, answer: Answer) -> None:
        """Let the other gateways know an answer of this one, before its client does."""
        making = answer.making
        if self._shared is None or making.is_elsewhere:
            return
        try:
            await self._shared.record(_record(answer), making.question.SerializeToString())
        except UnavailableError:
            _logger.warning("an answer is known to this gateway alone")
            return
        self._publish(self._shared, making)

    async def of_request(self, tenant: str, question: StreamAnswerRequest) -> str | None:
        """Return the answer that a request has started at another gateway, if it has."""
        if self._shared is None or not question.request_id:
            return None
        try:
            answer_id = await self._shared.of_request(tenant, question.request_id)
        except UnavailableError:
            return None
        if answer_id is None:
            return None
        await self.bring(tenant, answer_id, 0)
        return self._desk.known(tenant, question)

    async def bring(self, tenant: str, answer_id: str, after_sequence: int) -> None:
        """Make the desk know an answer of another gateway, up to a sequence, if there is one."""
        if self._shared is None or self._register.get(answer_id):
            return
        try:
            record = await self._shared.find(answer_id)
            if record is None or record.tenant != tenant:
                return
            making = self._desk.elsewhere(record.making_id)
            await _take(self._shared, making)
        except UnavailableError:
            return
        if not self._register.get(answer_id):  # nobody else brought it meanwhile
            self._adopt(self._shared, _answer(record, making))
        log = self._register.find(tenant, answer_id).log
        while log.last_sequence < after_sequence and not log.ended:
            await log.news(PUBLISHING_SECONDS)

    async def cancel(self, tenant: str, answer_id: str) -> bool:
        """End an answer, wherever it is made; return whether it was running."""
        await self.bring(tenant, answer_id, 0)
        answer = self._register.find(tenant, answer_id)
        if self._shared is None or not answer.making.is_elsewhere:
            return self._desk.cancel(tenant, answer_id)
        if answer.log.ended:
            return False
        await self._shared.cancel(_record(answer))
        return True

    def end(self) -> None:
        """Follow the answers of others no longer, for the end of the service."""
        for mirror in self._mirrors:
            mirror.cancel()

    def _adopt(self, shared: SharedAnswers, answer: Answer) -> None:
        answer.making.answers.append(answer)
        self._register.add(answer)
        mirror = self._tasks.create_task(self._mirror(shared, answer.making))
        self._mirrors.add(mirror)
        mirror.add_done_callback(self._mirrors.discard)

    async def _take_over(self, shared: SharedAnswers, making: Making) -> bool:
        """Make an answer that nobody makes any more; return whether this gateway does now."""
        question = await shared.claim(making.making_id)
        if question is None:
            return False
        await _take(shared, making)  # what the other wrote last
        _logger.warning("an answer of a gateway that is gone is continued")
        making.question = StreamAnswerRequest.FromString(question)
        self._desk.take_over(making)
        self._publish(shared, making)
        return True

    def _publish(self, shared: SharedAnswers, making: Making) -> None:
        if making not in self._published:
            self._published.add(making)
            task = self._tasks.create_task(publish(self._desk, shared, making))
            task.add_done_callback(lambda _: self._published.discard(making))

    async def _mirror(self, shared: SharedAnswers, making: Making) -> None:
        """Take all events of another gateway's making until its end, or until nobody reads them."""
        clock = asyncio.get_running_loop().time
        wanted = clock()
        try:
            while not making.log.ended and clock() < wanted + UNWANTED_SECONDS:
                await asyncio.sleep(READING_SECONDS)
                if not await _take(shared, making) and await self._take_over(shared, making):
                    return
                wanted = clock() if making.followers else wanted
        except UnavailableError as error:
            making.log.end(error)
        making.repeatable = making.log.failure is not None
        for answer in making.answers:
            if making.log.ended:
                self._ended.keep(answer)
            else:
                self._register.forget(answer)


async def _take(shared: SharedAnswers, making: Making) -> bool:
    """Take what others have of a making beyond what is here; return whether it goes on or ended."""
    page = await shared.read(making.making_id, making.log.last_sequence)
    making.log.extend(page.events)
    if page.end:
        making.log.end(failure_of(page.end))
    return page.is_made


def _record(answer: Answer) -> KnownAnswer:
    return KnownAnswer(
        answer.answer_id,
        answer.tenant,
        answer.request_id,
        answer.fingerprint.hex(),
        int(answer.cache_status),
        answer.making.making_id,
    )


def _answer(record: KnownAnswer, making: Making) -> Answer:
    status = cast("CacheStatus.ValueType", record.cache_status)
    asked = bytes.fromhex(record.fingerprint)
    return Answer(
        record.answer_id, record.tenant, record.request_id, asked, making, making.log, status
    )
