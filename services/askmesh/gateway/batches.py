"""Many questions of one call: few at a time, and none in the way of a person's."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Sequence
from contextlib import aclosing
from contextvars import copy_context
from dataclasses import dataclass
from math import inf
from typing import Protocol, TypeVar

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
from askmesh.gateway.batch_calls import Calls, following
from askmesh.gateway.rates import Allowances, require_allowed
from askmesh.gateway.validation import valid_question, valid_request_id
from askmesh.identity import Caller
from askmesh.passages import duration_to_wire
from askmesh.resilience import FixedLimit, Priority, Room, RoomRules, prioritized
from askmesh.rpc import status_number_of
from askmesh.serving import party_of

CALL_SECONDS = 300.0
"""How long a call may bring questions: who calls is asked at its beginning alone."""

_WAIT_SECONDS = 30.0
"""How long a question waits for its turn before it looks whether its call is over."""

_RULES = RoomRules(
    "batches",
    "TOO_MANY_ANSWERS",
    _WAIT_SECONDS,
    most_waiting=sys.maxsize,  # calls have a bound, and so have their questions
    batch_share=1.0,
    hope=inf,
)

T = TypeVar("T")

_Send = Callable[[AnswerQuestionsResponse], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How many questions are answered at once, and how many of one call are taken from it.

    Those that wait for room or are sent back count among the latter. A caller has as many calls at
    once as questions are answered: more would only wait.
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
    Tenants and their users take turns, however many calls they have.
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
        self._room = Room(FixedLimit(limits.at_once), _RULES)
        self._per_call = limits.per_call
        self._calls = Calls(limits.at_once)

    async def run(
        self, caller: Caller, requests: AsyncIterable[AnswerQuestionsRequest], send: _Send
    ) -> None:
        """Send the result of each question, as soon as it is there, of those that come in time.

        Raise `InvalidRequestError` at a question without a name, and `TooManyCallsError` if the
        caller has enough calls. Answers in the making outlive the call for a while, as those of
        single questions do.
        """
        places = asyncio.Semaphore(self._per_call)
        ends = self._clock() + CALL_SECONDS

        async def answer(question: StreamAnswerRequest) -> None:
            try:
                await send(await self._result(caller, question, ends))
            finally:
                places.release()

        coming = aiter(requests)
        with self._calls.counted(caller), prioritized(Priority.BATCH), single_failure():
            async with asyncio.TaskGroup() as answers:
                while await places.acquire():
                    request = await following(coming, ends - self._clock())
                    if request is None:
                        break
                    valid_request_id(request.question.request_id)
                    answers.create_task(answer(request.question))

    async def _result(
        self, caller: Caller, question: StreamAnswerRequest, ends: float
    ) -> AnswerQuestionsResponse:
        result = AnswerQuestionsResponse(request_id=question.request_id)
        try:
            events = await self._events(caller, valid_question(question), ends)
        except AskmeshError as error:
            result.failure.CopyFrom(_failure(error))
        else:
            result.answer.CopyFrom(AnswerEventBatch(events=map(AnswerEvent.FromString, events)))
        return result

    async def _events(
        self, caller: Caller, question: StreamAnswerRequest, ends: float
    ) -> Sequence[bytes]:
        """Return all events of an answer. There has to be room before the call ends."""
        allowances = self._allowances
        if allowances is not None:
            await self._tried(lambda: require_allowed(allowances, caller), ends)
        return await self._tried(lambda: self._in_turn(caller, question), ends)

    async def _tried(self, attempt: Callable[[], Awaitable[T]], ends: float) -> T:
        while True:
            try:
                return await attempt()
            except OverloadedError as error:
                told = error.retry_after_seconds * random.uniform(1.0, 1.5)  # noqa: S311 - spreads load
                if self._clock() + told > ends:
                    raise
            await asyncio.sleep(told)

    async def _in_turn(self, caller: Caller, question: StreamAnswerRequest) -> Sequence[bytes]:
        outside = copy_context()  # the place of the answer is another than that of its turn
        async with self._room.entered(party_of(caller)):
            reading = self._read(caller, question)
            return await asyncio.create_task(reading, context=outside)

    async def _read(self, caller: Caller, question: StreamAnswerRequest) -> Sequence[bytes]:
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
