"""Making answers to their end, whatever happens to the caller who asked first."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial

from askmesh.api.common.v1.answer_pb2 import Degradation
from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    AnswerEvent,
    StreamAnswerRequest,
)
from askmesh.errors import AskmeshError, UnavailableError, single_failure
from askmesh.gateway.answering import Answering
from askmesh.gateway.answers import Making
from askmesh.gateway.continuing import LOST, Continuation
from askmesh.gateway.event_log import MemoryEventLog
from askmesh.gateway.keys import asker_of
from askmesh.gateway.ports import AnswerMemory, KeptAnswer
from askmesh.gateway.progress import Progress
from askmesh.identity import current_caller
from askmesh.resilience import deadline, time_remaining

ATTEMPTS = 3
"""How often an answer is begun that breaks off, or that others wait for than who asked first."""

_logger = logging.getLogger("askmesh.gateway")


class Running:
    """Makes answers, each in a task that has the deadline of the call that asked.

    When a making fails, and others joined it, it is begun again with the deadline of one of them.
    One whose writing breaks off is begun again anyway, a moment later, with or without text: words
    that are delivered are not left without an end.
    """

    def __init__(
        self,
        answering: Answering,
        memory: AnswerMemory,
        tasks: asyncio.TaskGroup,
        *,
        answer_seconds: float,
        retry_seconds: float,
        settle: Callable[[Making, asyncio.Task[None]], None],
        may_repeat: Callable[[], bool],
    ) -> None:
        """`settle` is called with each making that has come to its end, and its task.

        `may_repeat` says whether one that broke off may be begun again, and counts it.
        """
        self._answering = answering
        self._memory = memory
        self._tasks = tasks
        self._answer_seconds = answer_seconds
        self._retry_seconds = retry_seconds
        self._settle = settle
        self._may_repeat = may_repeat

    def start(self, question: StreamAnswerRequest, key: str, making_id: str) -> Making:
        """Start to make the answer of a question."""
        log = MemoryEventLog()
        making = Making(question, key, log, self._answering.begin(log.append), making_id)
        making.maker = asker_of(current_caller())
        self._begin(making)
        return making

    def recalled(self, place: str, answer: KeptAnswer) -> Making:
        """Return a making that has ended with this answer; its name is where that is kept."""
        log = MemoryEventLog(answer.events)
        log.end()
        progress = self._answering.begin(log.append)
        question = StreamAnswerRequest(question=answer.question)
        status = CACHE_STATUS_EXACT_HIT
        return Making(question, place, log, progress, place, next_status=status)

    def elsewhere(self, making_id: str, question: StreamAnswerRequest, key: str = "") -> Making:
        """Return a making whose events come from another gateway."""
        log = MemoryEventLog()
        making = Making(question, key, log, self._answering.begin(log.append), making_id)
        making.is_elsewhere = True
        making.next_status = CACHE_STATUS_JOINED
        return making

    def take_over(self, making: Making) -> None:
        """Make again, from its start, an answer whose beginning is delivered.

        It has the time of the one who has most among those who joined, if somebody did.
        """
        making.progress = self._continued(making)
        self._begin(making)

    def _continued(self, making: Making) -> Progress:
        """Return the progress of what is made again, of which readers have the beginning."""

        def cut_short(degradation: Degradation) -> None:
            making.progress.degrade(degradation.reason, degradation.detail)

        sink = Continuation(making.log.events, making.log.append, cut_short)
        return self._answering.begin(sink)

    def _begin(self, making: Making) -> None:
        making.task = self._tasks.create_task(self._run(making), context=making.inherited())
        making.task.add_done_callback(partial(self._settle, making))

    async def _run(self, making: Making) -> None:
        failure = await self._attempt(making)
        while failure is not None and making.attempts < ATTEMPTS:
            context = await self._another_chance(making, failure)
            if context is None:
                break
            making.progress = self._continued(making)
            again = self._tasks.create_task(self._attempt(making), context=context)
            try:
                failure = await again
            except asyncio.CancelledError:
                again.cancel()
                raise
        if failure is not None:
            making.repeatable = True
        else:  # before the end: whoever sees that it has ended finds it there
            place = self._memory.place(making.key, making.question)
            await self._memory.keep(place, KeptAnswer(making.question.question, making.log.events))
        making.log.end(failure)

    async def _another_chance(self, making: Making, failure: AskmeshError) -> Context | None:
        """Return with whose time a making that failed may be begun again, when it may."""
        if inherited := making.inherited():
            return inherited
        left = time_remaining()
        if not _broke_off(making, failure) or (left is not None and left <= self._retry_seconds):
            return None
        if not self._may_repeat():
            return None
        await asyncio.sleep(self._retry_seconds)  # until what failed is asked again
        return copy_context()

    async def _attempt(self, making: Making) -> AskmeshError | None:
        making.attempts += 1
        try:
            with deadline(self._answer_seconds), single_failure():
                await self._answering.answer(making.question, making.progress)
        except AskmeshError as error:
            return error
        except Exception:  # a defect ends one answer, not the gateway
            answer_id = making.answers[0].answer_id if making.answers else ""
            _logger.exception("an answer failed unexpectedly", extra={"answer": answer_id})
            return _defect(answer_id)
        return None


def _broke_off(making: Making, failure: AskmeshError) -> bool:
    """Return whether a making failed while it was written, or has text that may be continued."""
    if not isinstance(failure, UnavailableError) or failure.reason == LOST:
        return False
    return making.progress.is_being_written or any(
        AnswerEvent.FromString(event).HasField("text_delta") for event in making.log.events
    )


def _defect(answer_id: str) -> AskmeshError:
    return AskmeshError(
        "UNEXPECTED_FAILURE",
        f"the answer failed unexpectedly: the gateway's log of answer {answer_id} says why",
        answer_id=answer_id,
    )
