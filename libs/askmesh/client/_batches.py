"""Many questions, over calls that survive broken connections, outages and full gateways."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from time import monotonic
from typing import TypeAlias

from grpc import aio

from askmesh.api.gateway.v1.gateway_pb2 import (
    AnswerQuestionsRequest,
    AnswerQuestionsResponse,
    QuestionFailure,
)
from askmesh.client._decoding import event_from_message
from askmesh.client._events import Completed
from askmesh.client._parts import Outcome
from askmesh.client._questions import BatchAnswer, BatchQuestion, PendingQuestion, asked_as
from askmesh.client._resuming import Reconnecting
from askmesh.client._streams import STREAM_SECONDS, responses_to
from askmesh.client._supply import Supply
from askmesh.errors import AskmeshError, DeadlineError, PassingError, UnreachableError
from askmesh.rpc import error_of_status

BatchCall: TypeAlias = aio.StreamStreamCall[AnswerQuestionsRequest, AnswerQuestionsResponse]

TRIES = 5
"""How often a question is asked that fails while others are answered."""


class AskedMany:
    """Asks questions, and asks again where that may help; a failure that passes is waited for."""

    def __init__(
        self,
        questions: AsyncIterable[BatchQuestion] | Iterable[BatchQuestion],
        connect: Callable[[], BatchCall],
        reconnecting: Reconnecting,
        *,
        patience_seconds: float,
        on_wait: Callable[[AskmeshError], object] | None,
    ) -> None:
        self._supply = Supply(questions, asked_as)
        self._connect = connect
        self._reconnecting = reconnecting
        self._patience_seconds = patience_seconds
        self._open: dict[str, PendingQuestion] = {}  # by request id
        self._answered = 0
        self._on_wait = on_wait
        self._is_reached = False

    async def answers(self) -> AsyncGenerator[BatchAnswer]:
        """Yield what became of each question, once it is known.

        A failure of the questions is raised when those before it have their answers.
        """
        async with self._supply.reading(), aclosing(self._all_answers()) as answers:
            async for answer in answers:
                yield answer

    async def _all_answers(self) -> AsyncGenerator[BatchAnswer]:
        failures, heard = 0, monotonic()
        while self._open or not self._supply.exhausted:
            failure: AskmeshError | None = None
            try:
                async with aclosing(self._answers_of_call()) as answers:
                    async for answer in answers:
                        failures, heard = 0, monotonic()
                        yield answer
                if self._open:
                    failure = UnreachableError("GATEWAY_UNAVAILABLE", "The stream ended early.")
            except (PassingError, DeadlineError) as error:
                failure = error
            if failure is not None:
                failures += 1
                if monotonic() > heard + self._patience_seconds or self._is_away(failures, failure):
                    raise failure
                if self._on_wait is not None:
                    self._on_wait(failure)
                await asyncio.sleep(self._reconnecting.delay_seconds(failures, failure))

    def _is_away(self, failures: int, failure: AskmeshError) -> bool:
        """Tell whether there is no gateway, rather than none at the moment."""
        is_unreachable = isinstance(failure, UnreachableError) and not self._is_reached
        return is_unreachable and failures > self._reconnecting.attempts

    async def _answers_of_call(self) -> AsyncGenerator[BatchAnswer]:
        exchange = responses_to(self._requests(), self._connect, "gateway")
        async with aclosing(exchange) as responses:
            async for response in responses:
                self._is_reached = True
                if asked := self._open.pop(response.request_id, None):
                    answer = self._answer(asked, response)
                    self._answered += 1
                    yield answer

    async def _requests(self) -> AsyncGenerator[AnswerQuestionsRequest]:
        for unanswered in tuple(self._open.values()):
            yield unanswered.message()
        async with aclosing(self._supply.values_for(STREAM_SECONDS)) as values:
            async for asked in values:
                self._open[asked.request_id] = asked
                yield asked.message()

    def _answer(self, asked: PendingQuestion, response: AnswerQuestionsResponse) -> BatchAnswer:
        """Return what became of a question; raise what is to be waited for before another try."""
        if response.HasField("failure"):
            failure = _error(response.failure)
            if isinstance(failure, PassingError | DeadlineError):
                self._keep(asked, failure)
            return BatchAnswer(asked.id, failure=failure)
        events = tuple(map(event_from_message, response.answer.events))
        if any(isinstance(e, Completed) and e.outcome is Outcome.CANCELLED for e in events):
            # Nobody here did: the gateway stopped. Its answer is that of the request for good.
            cancelled = UnreachableError("ANSWER_CANCELLED", "The gateway gave the answer up.")
            self._keep(replace(asked, cancelled=asked.cancelled + 1), cancelled)
            return BatchAnswer(asked.id, failure=cancelled)
        return BatchAnswer(asked.id, events)

    def _keep(self, asked: PendingQuestion, failure: AskmeshError) -> None:
        """Raise the failure if the question is to be asked again.

        What fails while nothing else is answered either is no fault of the question.
        """
        failures = asked.failures + (self._answered > asked.answered_then)
        if failures < TRIES:
            again = replace(asked, failures=failures, answered_then=self._answered)
            self._open[again.request_id] = again
            raise failure


def _error(failure: QuestionFailure) -> AskmeshError:
    return error_of_status(
        failure.code,
        failure.reason,
        failure.message,
        field=failure.field,
        retry_after_seconds=failure.retry_delay.ToTimedelta().total_seconds(),
    )
