"""Many questions of one call: few at a time, and none in the way of a person's."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from askmesh.api.gateway.v1.gateway_pb2 import (
    AnswerEvent,
    AnswerEventBatch,
    AnswerQuestionsRequest,
    AnswerQuestionsResponse,
    QuestionFailure,
    StreamAnswerRequest,
)
from askmesh.errors import (
    AskmeshError,
    FieldError,
    OverloadedError,
    PassingError,
    single_failure,
)
from askmesh.gateway.rates import Allowances, require_allowed
from askmesh.gateway.validation import valid_question, valid_request_id
from askmesh.identity import Caller
from askmesh.passages import duration_to_wire
from askmesh.resilience import Priority, prioritized
from askmesh.rpc import status_number_of

CALL_SECONDS = 300.0
"""How long a call may bring questions: who calls is asked at its beginning alone."""

_Send = Callable[[AnswerQuestionsResponse], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How many questions are answered at once, and how many of one call are taken from it.

    Those that wait for room or are sent back count among the latter.
    """

    at_once: int
    per_call: int


class Questions(Protocol):
    """Answers single questions; see `Reception`."""

    def ask(self, caller: Caller, question: StreamAnswerRequest) -> AsyncGenerator[Sequence[bytes]]:
        """Yield the events of an answer, some at a time."""
        ...


class Batches:
    """Answers the questions of calls that bring many, each with the priority of a batch.

    A question for which there is no room waits, and is not one of those that are answered then.
    """

    def __init__(
        self,
        questions: Questions,
        allowances: Allowances | None,
        limits: BatchLimits,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`allowances` say what callers may ask; None if there is no limit."""
        self._clock = clock
        self._questions = questions
        self._allowances = allowances
        self._answered = asyncio.Semaphore(limits.at_once)
        self._per_call = limits.per_call

    async def run(
        self, caller: Caller, requests: AsyncIterable[AnswerQuestionsRequest], send: _Send
    ) -> None:
        """Send the result of each question, as soon as it is there, of those that come in time.

        Raise `InvalidRequestError` at a question without a name. Answers in the making outlive the
        call for a while, as those of single questions do.
        """
        places = asyncio.Semaphore(self._per_call)

        async def answer(question: StreamAnswerRequest) -> None:
            try:
                await send(await self._result(caller, question))
            finally:
                places.release()

        ends = self._clock() + CALL_SECONDS
        with prioritized(Priority.BATCH), single_failure():
            async with asyncio.TaskGroup() as answers:
                await places.acquire()
                async for request in requests:
                    valid_request_id(request.question.request_id)
                    answers.create_task(answer(request.question))
                    await places.acquire()
                    if self._clock() > ends:
                        break

    async def _result(
        self, caller: Caller, question: StreamAnswerRequest
    ) -> AnswerQuestionsResponse:
        result = AnswerQuestionsResponse(request_id=question.request_id)
        try:
            events = await self._events(caller, valid_question(question))
        except AskmeshError as error:
            result.failure.CopyFrom(_failure(error))
        else:
            result.answer.CopyFrom(AnswerEventBatch(events=map(AnswerEvent.FromString, events)))
        return result

    async def _events(self, caller: Caller, question: StreamAnswerRequest) -> Sequence[bytes]:
        """Return all events of an answer, however long it takes until there is room."""
        while True:
            async with self._answered:
                try:
                    return await self._read(caller, question)
                except OverloadedError as error:
                    told = error.retry_after_seconds
            await asyncio.sleep(told * random.uniform(1.0, 1.5))  # noqa: S311 - spreads load

    async def _read(self, caller: Caller, question: StreamAnswerRequest) -> Sequence[bytes]:
        if self._allowances is not None:
            await require_allowed(self._allowances, caller)
        async with aclosing(self._questions.ask(caller, question)) as batches:
            return [event async for batch in batches for event in batch]


def _failure(error: AskmeshError) -> QuestionFailure:
    failure = QuestionFailure(
        code=status_number_of(error), reason=error.reason, message=error.message
    )
    if isinstance(error, FieldError):
        failure.field = error.field
    if isinstance(error, PassingError):
        failure.retry_delay.CopyFrom(duration_to_wire(error.retry_after_seconds))
    return failure
