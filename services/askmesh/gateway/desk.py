"""The answers that this gateway is making, and those that it made lately."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial

from askmesh.errors import AskmeshError, NotFoundError, OverloadedError, single_failure
from askmesh.gateway.answering import Answering
from askmesh.gateway.event_log import MemoryEventLog
from askmesh.gateway.events import AnswerEvent, Heartbeat
from askmesh.gateway.ports import EventLog, Observer
from askmesh.gateway.progress import Progress
from askmesh.gateway.values import Outcome, Question
from askmesh.resilience import deadline

_logger = logging.getLogger("askmesh.gateway")


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """How many answers at once, how many that have ended are kept, and how long they live."""

    active_answers: int
    retained_answers: int
    retention_seconds: float
    abandoned_seconds: float
    answer_seconds: float
    heartbeat_seconds: float


@dataclass(slots=True)
class _Answer:
    answer_id: str
    tenant: str
    request_id: str
    log: EventLog
    progress: Progress
    task: asyncio.Task[None] | None = None
    failed: bool = False
    followers: int = 0
    forgetting: asyncio.TimerHandle | None = None
    abandonment: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        return self.task is not None and not self.task.done()


class AnswerDesk:
    """Admit questions, run their answers to the end, and let clients follow and cancel them.

    An answer outlives the connection that asked: a client that disconnects can come back. Its
    deadline is that of the call that asked. One that nobody follows for `abandoned_seconds` is
    cancelled; one that has ended is kept for a while, the oldest go first when there are many.
    """

    def __init__(
        self,
        answering: Answering,
        tasks: asyncio.TaskGroup,
        *,
        limits: DeskLimits,
        observer: Observer,
        new_id: Callable[[], str],
    ) -> None:
        self._answering = answering
        self._tasks = tasks
        self._limits = limits
        self._observer = observer
        self._new_id = new_id
        self._answers: dict[str, _Answer] = {}
        self._by_request: dict[tuple[str, str], str] = {}
        self._ended: dict[str, _Answer] = {}

    @property
    def active_count(self) -> int:
        """Return how many answers are being made."""
        return len(self._answers) - len(self._ended)

    def admit(self, tenant: str, question: Question) -> str:
        """Start the answer of a question and return its id.

        A repeated request id returns the answer that it started, unless that one has failed.
        Raise `OverloadedError` when there is no room.
        """
        known = self._by_request.get((tenant, question.request_id))
        if known is not None and not self._answers[known].failed:
            return known
        if self.active_count >= self._limits.active_answers:
            raise OverloadedError(
                "TOO_MANY_ANSWERS",
                "All places are taken: please ask again in a moment",
                retry_after_seconds=1.0,
                max_answers=str(self._limits.active_answers),
            )
        return self._start(tenant, question).answer_id

    async def follow(
        self, tenant: str, answer_id: str, after_sequence: int
    ) -> AsyncGenerator[AnswerEvent | Heartbeat]:
        """Yield the events of an answer after a sequence, until its end, and heartbeats.

        Raise `NotFoundError` if this tenant has no such answer, and the answer's own failure.
        """
        answer = self._find(tenant, answer_id)
        with self._followed(answer):
            async with aclosing(answer.log.follow(after_sequence)) as events:
                async for event in events:
                    yield event

    def cancel(self, tenant: str, answer_id: str) -> bool:
        """End an answer at once; return whether it was running."""
        answer = self._find(tenant, answer_id)
        return answer.running and self._cancel(answer)

    def cancel_all(self) -> None:
        """End all answers at once, for the end of the service."""
        for answer in self._answers.values():
            self._cancel(answer)

    def _start(self, tenant: str, question: Question) -> _Answer:
        answer_id = self._new_id()
        log = MemoryEventLog(answer_id, heartbeat_seconds=self._limits.heartbeat_seconds)
        progress = self._answering.begin(log.append)
        answer = _Answer(answer_id, tenant, question.request_id, log, progress)
        self._answers[answer_id] = answer
        if question.request_id:
            self._by_request[tenant, question.request_id] = answer_id
        answer.task = self._tasks.create_task(self._run(answer, question))
        answer.task.add_done_callback(partial(self._settle, answer))
        self._observer.set_active_answers(self.active_count)
        return answer

    async def _run(self, answer: _Answer, question: Question) -> None:
        try:
            with deadline(self._limits.answer_seconds), single_failure():
                await self._answering.answer(question, answer.progress)
        except AskmeshError as error:
            answer.failed = True
            answer.log.end(error)
        except Exception:  # a defect ends one answer, not the gateway
            answer.failed = True
            _logger.exception("an answer failed unexpectedly", extra={"answer": answer.answer_id})
            answer.log.end(_defect(answer))
        else:
            answer.log.end()

    def _settle(self, answer: _Answer, task: asyncio.Task[None]) -> None:
        self._ended[answer.answer_id] = answer
        self._observer.set_active_answers(self.active_count)
        if task.cancelled():  # perhaps before it ran at all
            self._observer.count_cancellation()
            answer.progress.complete(Outcome.CANCELLED)
            answer.log.end()
        loop = asyncio.get_running_loop()
        answer.forgetting = loop.call_later(self._limits.retention_seconds, self._forget, answer)
        if len(self._ended) > self._limits.retained_answers:
            self._forget(next(iter(self._ended.values())))

    def _find(self, tenant: str, answer_id: str) -> _Answer:
        answer = self._answers.get(answer_id)
        if answer is None or answer.tenant != tenant:
            raise NotFoundError(
                "ANSWER_UNKNOWN", "There is no such answer, or no longer", field="answer_id"
            )
        return answer

    def _cancel(self, answer: _Answer) -> bool:
        return answer.task is not None and answer.task.cancel()

    def _forget(self, answer: _Answer) -> None:
        del self._answers[answer.answer_id], self._ended[answer.answer_id]
        request = answer.tenant, answer.request_id
        if self._by_request.get(request) == answer.answer_id:
            del self._by_request[request]
        if answer.forgetting is not None:
            answer.forgetting.cancel()

    @contextmanager
    def _followed(self, answer: _Answer) -> Generator[None]:
        answer.followers += 1
        if answer.abandonment is not None:
            answer.abandonment.cancel()
        try:
            yield
        finally:
            answer.followers -= 1
            if not answer.followers and answer.running:
                loop = asyncio.get_running_loop()
                answer.abandonment = loop.call_later(
                    self._limits.abandoned_seconds, self._cancel, answer
                )


def _defect(answer: _Answer) -> AskmeshError:
    return AskmeshError(
        "UNEXPECTED_FAILURE",
        f"the answer failed unexpectedly: the gateway's log of answer {answer.answer_id} says why",
        answer_id=answer.answer_id,
    )
