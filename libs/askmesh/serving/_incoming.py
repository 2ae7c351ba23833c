"""What surrounds the work for one call that is being served."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TypeVar, cast

from askmesh.identity import Caller, act_as
from askmesh.resilience import Room, end_within, prioritize
from askmesh.rpc import MetadataByKey, priority_of
from askmesh.serving._admitting import Door
from askmesh.serving._certified import certified_names
from askmesh.serving._methods import Context, ServedMethod
from askmesh.serving._outcome import CallOutcome, refuse
from askmesh.serving._rooms import placed
from askmesh.telemetry import Telemetry, log_fields
from askmesh.tracing import is_watch

T = TypeVar("T")
_logger = logging.getLogger("askmesh.rpc")


@dataclass(frozen=True, slots=True)
class CallScope:
    """What surrounds the work for calls: trace, metrics, deadline, caller, priority, errors."""

    telemetry: Telemetry
    address: str
    door: Door
    rooms: Mapping[str, Room]
    """Where calls are served, by the name of their method; where others are, there is room."""


class ScopedMethod:
    """A method whose calls are served within a scope.

    gRPC serves each call in a task of its own: what is known of a call there ends with the task.
    """

    def __init__(self, scope: CallScope, method: ServedMethod) -> None:
        self._method = method
        self._door = scope.door
        self._room = scope.rooms.get(method.name)
        self._service = scope.telemetry.service
        self._metrics = scope.telemetry.metrics
        self._traced = scope.telemetry.calls_of(method.name, scope.address)
        self._measured = self._metrics.calls_of(*method.parts)
        self._is_timed = not is_watch(method.name)
        # Of a function, since gRPC asks for every call whether it is one that has to be awaited:
        # Python knows that of a part of a function, and of a part of a method not.
        self.unary = partial(ScopedMethod._served, self, self._responded)
        """Returns the response of the method."""
        self.stream = partial(ScopedMethod._served, self, self._sent)
        """Sends what the method yields, or lets it write by itself if it is a coroutine."""

    async def _responded(self, requests: object, context: Context) -> bytes:
        method = self._method
        request = await method.request(requests, context)
        return method.write(await cast("Awaitable[object]", method.behaviour(request, context)))

    # A coroutine for streams too: what it writes is what grpc.aio would send for a generator.
    async def _sent(self, requests: object, context: Context) -> None:
        request = await self._method.request(requests, context)
        responses = self._method.behaviour(request, context)
        if isinstance(responses, Awaitable):
            await responses
            return
        async with aclosing(responses):
            async for response in responses:
                await context.write(response)

    async def _served(
        self,
        work: Callable[[object, Context], Coroutine[None, None, T]],
        requests: object,
        context: Context,
    ) -> T:
        started = perf_counter()
        said = dict(context.invocation_metadata() or ())
        outcome = CallOutcome(self._traced.served(said))
        end_within(context.time_remaining())
        try:
            caller = await self._admitted(outcome, said, context)
            if self._room is None:
                result = await work(requests, context)
            else:
                async with placed(self._room, caller):
                    result = await work(requests, context)
        except BaseException as error:
            refusal = outcome.note(error, context)
            self._report(outcome, perf_counter() - started)
            if refusal is not None:
                await refuse(refusal, context)
            raise
        outcome.take_code_of(context)
        self._report(outcome, perf_counter() - started)
        return result

    async def _admitted(
        self, outcome: CallOutcome, said: MetadataByKey, context: Context
    ) -> Caller:
        """Return who calls. Who it is, and how urgent it is, is known from now on.

        Nothing of a request is read before.
        """
        caller = await self._door.admit(self._method.name, said, partial(certified_names, context))
        outcome.tenant = caller.tenant
        priority = priority_of(said)
        outcome.priority = priority
        act_as(caller)
        prioritize(priority)
        return caller

    # Before the other side can know: who sees a call end finds it in the metrics.
    def _report(self, outcome: CallOutcome, seconds: float) -> None:
        outcome.end()
        self._measured.observe(
            outcome.code,
            seconds if self._is_timed else None,
            is_recorded=outcome.span.is_recorded,
        )
        if outcome.reason:
            self._metrics.count_failure(outcome.reason)
        if _logger.isEnabledFor(logging.INFO):
            fields = log_fields(
                service=self._service,
                method="/".join(self._method.parts),
                code=outcome.code,
                reason=outcome.reason,
                duration_ms=round(seconds * 1_000, 3),
                tenant=outcome.tenant,
            )
            _logger.info("call served", extra=fields)
