"""What surrounds the work for one call that is being served."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Generator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from time import perf_counter
from typing import cast

from askmesh.identity import acting_as
from askmesh.resilience import Room, deadline, prioritized
from askmesh.rpc import MetadataPairs, priority_of
from askmesh.serving._admitting import Door
from askmesh.serving._certified import names_from
from askmesh.serving._methods import Context, ServedMethod
from askmesh.serving._outcome import CallOutcome
from askmesh.serving._rooms import placed
from askmesh.telemetry import Telemetry, log_fields
from askmesh.tracing import is_watch

_logger = logging.getLogger("askmesh.rpc")


@dataclass(frozen=True, slots=True)
class CallScope:
    """Surrounds the work for a call with its trace, metrics, deadline, caller, priority, errors."""

    telemetry: Telemetry
    address: str
    door: Door
    rooms: Mapping[str, Room]
    """Where calls are served, by the name of their method; where others are, there is room."""

    async def unary(self, method: ServedMethod, requests: object, context: Context) -> bytes:
        """Return the response of `method`."""
        metadata = tuple(context.invocation_metadata() or ())
        with self._around(method, metadata, context) as outcome:
            try:
                async with self._admitted(method, outcome, metadata, context):
                    request = await method.request(requests, context)
                    response = await cast("Awaitable[object]", method.behaviour(request, context))
                    return method.write(response)
            except BaseException as error:
                await outcome.settle(error, context)
                raise

    async def stream(self, method: ServedMethod, requests: object, context: Context) -> None:
        """Send what `method` yields, or let it write by itself if it is a coroutine."""
        metadata = tuple(context.invocation_metadata() or ())
        with self._around(method, metadata, context) as outcome:
            try:
                async with self._admitted(method, outcome, metadata, context):
                    request = await method.request(requests, context)
                    await _send_all(method.behaviour(request, context), context)
            except BaseException as error:
                await outcome.settle(error, context)
                raise

    @contextmanager
    def _around(
        self, method: ServedMethod, metadata: MetadataPairs, context: Context
    ) -> Generator[CallOutcome]:
        started = perf_counter()
        with (
            self.telemetry.server_call(method.name, self.address, metadata) as span,
            deadline(context.time_remaining()),
        ):
            outcome = CallOutcome(span)
            try:
                yield outcome
                outcome.take_code_of(context)
            finally:
                self._report(method, outcome, perf_counter() - started)

    @asynccontextmanager
    async def _admitted(
        self,
        method: ServedMethod,
        outcome: CallOutcome,
        metadata: MetadataPairs,
        context: Context,
    ) -> AsyncGenerator[None]:
        """Know, for the block, who calls and how urgently, and have room for the call.

        Nothing of a request is read before.
        """
        caller = await self.door.admit(method.name, metadata, names_from(context))
        outcome.tenant = caller.tenant
        priority = priority_of(metadata)
        outcome.priority = priority.value
        room = self.rooms.get(method.name)
        with acting_as(caller), prioritized(priority):
            async with nullcontext() if room is None else placed(room, caller):
                yield

    def _report(self, method: ServedMethod, outcome: CallOutcome, seconds: float) -> None:
        outcome.record()
        timed = None if is_watch(method.name) else seconds
        self.telemetry.metrics.observe_rpc(*method.parts, outcome.code, timed)
        if outcome.reason:
            self.telemetry.metrics.count_failure(outcome.reason)
        if _logger.isEnabledFor(logging.INFO):
            fields = log_fields(
                service=self.telemetry.service,
                method="/".join(method.parts),
                code=outcome.code,
                reason=outcome.reason,
                duration_ms=round(seconds * 1_000, 3),
                tenant=outcome.tenant,
            )
            _logger.info("call served", extra=fields)


async def _send_all(
    responses: Awaitable[object] | AsyncGenerator[object], context: Context
) -> None:
    if isinstance(responses, Awaitable):
        await responses
        return
    async with aclosing(responses):
        async for response in responses:
            await context.write(response)
