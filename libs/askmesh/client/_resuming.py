"""Streams of answers that survive broken connections."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TypeAlias

from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.client._decoding import event_from_message
from askmesh.client._encoding import fitting_values
from askmesh.client._events import Completed, Event
from askmesh.client._streams import Responses, responses_of
from askmesh.errors import (
    AskmeshError,
    NotFoundError,
    OverloadedError,
    PassingError,
    UnavailableError,
    UnreachableError,
)
from askmesh.resilience import Allowance, Priority, prioritized

ANSWER_SECONDS = 600.0
PARTING_SECONDS = 0.2
_DOUBLINGS = 30
# The reason of a failure that the gateway did not send itself.
_CONNECTION_BROKEN = "GATEWAY_UNAVAILABLE"
_ELSEWHERE = frozenset({_CONNECTION_BROKEN, "ANSWER_MOVED"})
"""What is wrong with a connection, not with the answer: another one continues it."""


@dataclass(frozen=True, slots=True)
class Reconnecting:
    """How often in a row a broken connection is tried again, and how long to wait before.

    The wait is random below `base_seconds`, which doubles each time up to `cap_seconds`. Where the
    gateway itself says when to try again, that time comes before it. A question is asked up to
    `asks` times if it is refused for want of room, and if it is told to wait `cap_seconds` at most.
    Of all questions a client asks one of ten again, ten more at the beginning: no event of them has
    come yet. Answers of which something has come are not made again, but read on.
    """

    attempts: int = 5
    asks: int = 3
    base_seconds: float = 0.2
    cap_seconds: float = 5.0

    def asks_again(self, failures: int, last: OverloadedError) -> bool:
        """Say whether a question that was refused is asked again, after so many failures before."""
        return failures + 1 < self.asks and last.retry_after_seconds <= self.cap_seconds

    def delay_seconds(self, failures: int, last: AskmeshError) -> float:
        """Return how long to wait after so many failures in a row, from 1."""
        ceiling = min(self.cap_seconds, self.base_seconds * 2.0 ** min(failures - 1, _DOUBLINGS))
        told = 0.0
        if isinstance(last, PassingError) and not isinstance(last, UnreachableError):
            told = last.retry_after_seconds
        return told + random.uniform(0.0, ceiling)  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True)
class Position:
    """The last event that was received of an answer. The answer is empty before the first."""

    answer_id: str = ""
    sequence: int = 0


StreamMessage: TypeAlias = gateway_pb2.StreamAnswerResponse | gateway_pb2.ResumeAnswerResponse
StreamCall: TypeAlias = (
    aio.UnaryStreamCall[gateway_pb2.StreamAnswerRequest, gateway_pb2.StreamAnswerResponse]
    | aio.UnaryStreamCall[gateway_pb2.ResumeAnswerRequest, gateway_pb2.ResumeAnswerResponse]
)


@dataclass(frozen=True, slots=True)
class AnswerCalls:
    """Calls that bring the events after a position, each over a connection of its own."""

    gateway: GatewayServiceStub
    priority: Priority
    question: gateway_pb2.StreamAnswerRequest | None = None

    def __call__(self, position: Position) -> StreamCall:
        """Ask the question as long as nothing of its answer is known, then resume the answer."""
        with prioritized(self.priority):
            return self._call(position)

    def _call(self, position: Position) -> StreamCall:
        if self.question is not None and not position.answer_id:
            return self.gateway.StreamAnswer(self.question, timeout=ANSWER_SECONDS)
        with fitting_values():
            request = gateway_pb2.ResumeAnswerRequest(
                answer_id=position.answer_id,
                after_sequence=position.sequence,
                accepts_batches=True,
            )
        return self.gateway.ResumeAnswer(request, timeout=ANSWER_SECONDS)


async def answer_events(
    connect: Callable[[Position], StreamCall],
    position: Position,
    reconnecting: Reconnecting,
    allowance: Allowance,
) -> AsyncGenerator[Event]:
    """Yield the events after `position`, each once and in order, up to the last one.

    `connect` is called again, with the position reached, whenever the connection breaks, or the
    question is refused for want of room; when that does not help, or the `allowance` is used up,
    the generator raises the error of the last attempt.
    """
    started, failures = position, 0
    failure: PassingError
    while True:
        try:
            async with aclosing(_events_after(position.sequence, connect(position))) as events:
                async for event in events:
                    failures, position = 0, Position(event.answer_id, event.sequence)
                    if isinstance(event, Completed):
                        await _end_of(events)
                    yield event
                    if isinstance(event, Completed):
                        return
            failure = UnreachableError(_CONNECTION_BROKEN, "The answer's stream ended early.")
        except (UnavailableError, OverloadedError) as error:
            if not _passes(error, position, failures, reconnecting):
                raise
            failure = error
        except NotFoundError as error:
            if position == started:
                raise
            raise UnavailableError(
                "ANSWER_LOST", "The gateway was restarted and lost the answer: ask again."
            ) from error
        failures += 1
        is_asked_again = not position.answer_id
        if failures > reconnecting.attempts or (is_asked_again and not allowance.spend()):
            raise failure
        await asyncio.sleep(reconnecting.delay_seconds(failures, failure))


async def _end_of(events: AsyncGenerator[Event]) -> None:
    """Let a call that has brought all end by itself: the gateway would count a cancellation."""
    with suppress(AskmeshError, TimeoutError):
        async with asyncio.timeout(PARTING_SECONDS):
            await anext(events, None)


def _passes(
    error: UnavailableError | OverloadedError,
    position: Position,
    failures: int,
    reconnecting: Reconnecting,
) -> bool:
    """Say whether to try again: over another connection, or once there may be room."""
    if isinstance(error, UnavailableError):
        return error.reason in _ELSEWHERE
    return not position.answer_id and reconnecting.asks_again(failures, error)


async def _events_after(sequence: int, call: Responses[StreamMessage]) -> AsyncGenerator[Event]:
    """Yield the events of one connection; end when it ends, or skips an event."""
    async with aclosing(responses_of(call, "gateway")) as messages:
        async for message in messages:
            for event in _events_in(message):
                if event.sequence <= sequence:
                    continue
                if event.sequence != sequence + 1:
                    return
                sequence = event.sequence
                yield event_from_message(event)


def _events_in(message: StreamMessage) -> Sequence[gateway_pb2.AnswerEvent]:
    """Return the events that a message of an answer's stream brings."""
    return message.batch.events or ([message.event] if message.HasField("event") else ())
