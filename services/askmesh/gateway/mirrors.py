"""Answers that other gateways make, for the clients of this one."""

import asyncio
import logging

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, StreamAnswerRequest
from askmesh.errors import AskmeshError, UnavailableError
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.continuing import LOST
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.publishing import Publisher
from askmesh.gateway.register import EndedAnswers, RetentionLimits
from askmesh.gateway.running import ATTEMPTS
from askmesh.gateway.sharing import LogPage, SharedAnswers, failure_of

READING_SECONDS = 0.02
"""How often the events of another gateway are looked for."""

UNWANTED_SECONDS = 5.0
"""How long that goes on while no client wants them."""

PATIENCE_SECONDS = 2.0
"""How long it goes on while nothing can be read."""

_logger = logging.getLogger("askmesh.gateway")


class Mirrors:
    """Follows the makings of other gateways, and goes on with those that they end early.

    One whose maker is gone is made here under its own name, by the first gateway that claims it.
    One that failed, or that its maker cancelled, is for those who joined it: the first gateway that
    leads begins another one, which has the same beginning, and the others follow that.
    """

    def __init__(
        self,
        desk: AnswerDesk,
        shared: SharedAnswers,
        publisher: Publisher,
        tasks: asyncio.TaskGroup,
        *,
        retention: RetentionLimits,
    ) -> None:
        self._desk = desk
        self._shared = shared
        self._publisher = publisher
        self._tasks = tasks
        self._ended = EndedAnswers(retention, desk.register.forget)
        self._mirrors: set[asyncio.Task[None]] = set()

    def keep(self, answer: Answer) -> None:
        """Keep an answer that has ended for a while."""
        self._ended.keep(answer)

    def follow(self, making: Making) -> None:
        """Take the events of another gateway's making until its end, or until nobody wants them."""
        mirror = self._tasks.create_task(self._mirror(making))
        self._mirrors.add(mirror)
        mirror.add_done_callback(self._mirrors.discard)

    def end(self) -> None:
        """Follow the answers of others no longer, for the end of the service."""
        for mirror in self._mirrors:
            mirror.cancel()

    async def look(self, making: Making) -> LogPage:
        """Take what others have of a making beyond what is here."""
        page = await self._shared.read(making.making_id, making.log.last_sequence)
        events, failure = _read(page, making)
        making.log.extend(events)
        self._publisher.move(page.parted)
        if page.end and not (failure and await self._begin_again(making)):
            making.log.end(failure)
        return page

    async def _mirror(self, making: Making) -> None:
        clock = asyncio.get_running_loop().time
        wanted = heard = clock()
        while making.is_elsewhere and not making.log.ended and clock() < wanted + UNWANTED_SECONDS:
            await asyncio.sleep(READING_SECONDS)
            wanted = clock() if making.followers else wanted
            try:
                page = await self.look(making)
                if not (page.is_made or making.log.ended):
                    await self._take_over(making)
                heard = clock()
            except UnavailableError as error:
                if clock() > heard + PATIENCE_SECONDS:
                    self._go_on_alone(making, error)
        if making.is_elsewhere:
            self._leave(making)

    async def _take_over(self, making: Making) -> None:
        """Make what nobody makes any more, unless another gateway does."""
        question = await self._shared.claim(making.making_id)
        if question is None:
            return
        await self.look(making)  # what the other wrote last
        if making.log.ended:
            return
        _logger.warning("an answer of a gateway that is gone is continued")
        if question:
            making.question = StreamAnswerRequest.FromString(question)
        self._desk.take_over(making)
        self._publisher.publish(making)

    async def _begin_again(self, making: Making) -> bool:
        """Find or begin another making for those who joined one that ended early, if they may."""
        if not _has_heir(making) or making.attempts >= ATTEMPTS - 1:
            return False
        making.attempts += 1
        own, failed = self._desk.new_id(), making.making_id
        making.making_id = await self._shared.lead(making.key, own, instead_of=failed)
        if making.making_id == own:
            self._desk.take_over(making)
        for answer in making.answers:
            await self._publisher.announce(answer)
        return True

    def _go_on_alone(self, making: Making, error: UnavailableError) -> None:
        """Make for those who joined what cannot be read any more."""
        if _has_heir(making):
            making.making_id = self._desk.new_id()
            self._desk.take_over(making)
        else:
            making.log.end(error)

    def _leave(self, making: Making) -> None:
        making.repeatable = making.log.failure is not None
        self._desk.stop(making)
        for answer in making.answers:
            if making.log.ended:
                self._ended.keep(answer)
            else:
                self._desk.register.forget(answer)


def _has_heir(making: Making) -> bool:
    """Return whether a making is for those who joined it here."""
    return bool(making.key) and making.heir() is not None


def _read(page: LogPage, making: Making) -> tuple[tuple[bytes, ...], AskmeshError | None]:
    """Return the events of a page, and what the making failed with.

    For those who joined that includes that it was cancelled: they did not cancel.
    """
    failure = failure_of(page.end) if page.end else None
    if making.key and page.end and page.events:
        last = AnswerEvent.FromString(page.events[-1])
        if last.completed.outcome == ANSWER_OUTCOME_CANCELLED:
            return page.events[:-1], UnavailableError(LOST, "the answer was given up")
    return page.events, failure
