"""The answers that this gateway is making, and those that it made lately."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.errors import (
    AskmeshError,
    NotFoundError,
    OutOfRangeError,
    single_failure,
)
from askmesh.gateway.answering import Answering
from askmesh.gateway.answers import Answer, EndedAnswers, RetentionLimits, fingerprint
from askmesh.gateway.event_log import MemoryEventLog
from askmesh.gateway.places import Places
from askmesh.gateway.ports import Observer
from askmesh.resilience import deadline

_logger = logging.getLogger("askmesh.gateway")


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """How many answers at once, how long they live, and how long they are kept."""

    active_answers: int
    retention: RetentionLimits
    abandoned_seconds: float
    answer_seconds: float
    heartbeat_seconds: float


class AnswerDesk:
    """Admit questions, run their answers to the end, and let clients follow and cancel them.

    An answer outlives the connection that asked: a client that disconnects can come back. Its
    deadline is that of the call that asked. One that nobody follows is cancelled after
    `abandoned_seconds`, or as soon as its place is needed. One that has ended is kept for a while,
    the oldest go first when there are many.
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
        self._answers: dict[str, Answer] = {}
        self._by_request: dict[tuple[str, str], Answer] = {}
        self._places = Places(
            limits.active_answers,
            limits.abandoned_seconds,
            give_up=self._give_up,
            on_change=observer.set_active_answers,
        )
        self._ended = EndedAnswers(limits.retention, self._forget)

    @property
    def active_count(self) -> int:
        """Return how many answers are being made."""
        return len(self._places.taken)

    def admit(self, tenant: str, question: StreamAnswerRequest) -> str:
        """Start the answer of a question and return its id.

        A repeated request id returns the answer that it started, unless that one has failed or
        was given up because nobody followed it.
        Raise `AlreadyExistsError` if that was another question, and `OverloadedError` if there is
        no room.
        """
        known = self._by_request.get((tenant, question.request_id))
        if known is not None and not known.repeatable:
            known.require_question(question)
            return known.answer_id
        self._places.require_room()
        return self._start(tenant, question).answer_id

    async def follow(
        self, tenant: str, answer_id: str, after_sequence: int
    ) -> AsyncGenerator[bytes | None]:
        """Yield the events of an answer after a sequence, until its end, and None in silence.

        Raise `NotFoundError` if this tenant has no such answer, `OutOfRangeError` if the answer has
        no such event, and the answer's own failure.
        """
        answer = self._find(tenant, answer_id)
        if after_sequence > answer.log.last_sequence:
            raise OutOfRangeError(
                "SEQUENCE_BEYOND_END",
                f"the answer has {answer.log.last_sequence} events",
                field="after_sequence",
                last_sequence=str(answer.log.last_sequence),
            )
        with self._places.followed(answer):
            async with aclosing(answer.log.follow(after_sequence)) as events:
                async for event in events:
                    yield event

    def cancel(self, tenant: str, answer_id: str) -> bool:
        """End an answer at once; return whether it was running."""
        return self._cancel(self._find(tenant, answer_id))

    def cancel_all(self) -> None:
        """End all answers at once, for the end of the service."""
        for answer in self._places.taken:
            self._cancel(answer)

    def _start(self, tenant: str, question: StreamAnswerRequest) -> Answer:
        answer_id = self._new_id()
        log = MemoryEventLog(answer_id, heartbeat_seconds=self._limits.heartbeat_seconds)
        progress = self._answering.begin(log.append)
        request_id = question.request_id
        answer = Answer(answer_id, tenant, request_id, fingerprint(question), log, progress)
        self._answers[answer_id] = answer
        if request_id:
            self._by_request[tenant, request_id] = answer
        answer.task = self._tasks.create_task(self._run(answer, question))
        answer.task.add_done_callback(partial(self._settle, answer))
        self._places.take(answer)
        return answer

    async def _run(self, answer: Answer, question: StreamAnswerRequest) -> None:
        try:
            with deadline(self._limits.answer_seconds), single_failure():
                await self._answering.answer(question, answer.progress)
        except AskmeshError as error:
            answer.repeatable = True
            answer.log.end(error)
        except Exception:  # a defect ends one answer, not the gateway
            answer.repeatable = True
            _logger.exception("an answer failed unexpectedly", extra={"answer": answer.answer_id})
            answer.log.end(_defect(answer))
        else:
            answer.log.end()

    def _settle(self, answer: Answer, task: asyncio.Task[None]) -> None:
        self._places.leave(answer)
        if task.cancelled():  # perhaps before it ran at all
            self._observer.count_cancellation()
            answer.progress.complete(ANSWER_OUTCOME_CANCELLED)
            answer.log.end()
        self._ended.keep(answer)

    def _find(self, tenant: str, answer_id: str) -> Answer:
        answer = self._answers.get(answer_id)
        if answer is None or answer.tenant != tenant:
            raise NotFoundError(
                "ANSWER_UNKNOWN", "There is no such answer, or no longer", field="answer_id"
            )
        return answer

    def _cancel(self, answer: Answer) -> bool:
        """Cancel an answer; its place is free from now on."""
        cancelled = answer.task is not None and answer.task.cancel()
        self._places.leave(answer)
        return cancelled

    def _give_up(self, answer: Answer) -> None:
        """Cancel an answer that its client did not cancel, and so may ask for again."""
        answer.repeatable = True
        self._cancel(answer)

    def _forget(self, answer: Answer) -> None:
        del self._answers[answer.answer_id]
        request = answer.tenant, answer.request_id
        if self._by_request.get(request) is answer:
            del self._by_request[request]


def _defect(answer: Answer) -> AskmeshError:
    return AskmeshError(
        "UNEXPECTED_FAILURE",
        f"the answer failed unexpectedly: the gateway's log of answer {answer.answer_id} says why",
        answer_id=answer.answer_id,
    )
