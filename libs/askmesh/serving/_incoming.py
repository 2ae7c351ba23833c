"""What surrounds the work for one call that is being served."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import cast

from askmesh.errors import InvalidRequestError
from askmesh.resilience import deadline
from askmesh.rpc import DEFAULT_TENANT, TENANT_METADATA_KEY, calling_as, current_tenant
from askmesh.serving._methods import Context, ServedMethod
from askmesh.serving._outcome import CallOutcome
from askmesh.telemetry import Telemetry, log_fields
from askmesh.tracing import is_watch

_logger = logging.getLogger("askmesh.rpc")


@dataclass(frozen=True, slots=True)
class CallScope:
    """Surrounds the work for a call with trace, metrics, deadline, tenant and typed errors.

    `known_tenants` of None means that every tenant is served.
    """

    telemetry: Telemetry
    address: str
    known_tenants: frozenset[str] | None

    async def unary(self, method: ServedMethod, requests: object, context: Context) -> bytes:
        """Return the response of `method`."""
        with self._around(method.name, context) as outcome:
            try:
                self._check_tenant()
                request = await method.request(requests, context)
                response = await cast("Awaitable[object]", method.behaviour(request, context))
                return method.write(response)
            except BaseException as error:
                await outcome.settle(error, context)
                raise

    async def stream(self, method: ServedMethod, requests: object, context: Context) -> None:
        """Send what `method` yields, or let it write by itself if it is a coroutine."""
        with self._around(method.name, context) as outcome:
            try:
                self._check_tenant()
                request = await method.request(requests, context)
                await _send_all(method.behaviour(request, context), context)
            except BaseException as error:
                await outcome.settle(error, context)
                raise

    @contextmanager
    def _around(self, method: str, context: Context) -> Generator[CallOutcome]:
        started = perf_counter()
        headers = _text_headers(context)
        tenant = headers.get(TENANT_METADATA_KEY, DEFAULT_TENANT)
        with (
            self.telemetry.server_call(method, self.address, headers) as span,
            calling_as(tenant),
            deadline(context.time_remaining()),
        ):
            outcome = CallOutcome(span)
            try:
                yield outcome
                outcome.take_code_of(context)
            finally:
                self._report(method, outcome, perf_counter() - started)

    def _check_tenant(self) -> None:
        tenant = current_tenant()
        if self.known_tenants is not None and tenant not in self.known_tenants:
            raise InvalidRequestError(
                "TENANT_UNKNOWN",
                f"there is no tenant {tenant!r}: set the metadata {TENANT_METADATA_KEY}",
                field=TENANT_METADATA_KEY,
                tenant=tenant,
            )

    def _report(self, method: str, outcome: CallOutcome, seconds: float) -> None:
        outcome.record()
        service, _, name = method.lstrip("/").partition("/")
        timed = None if is_watch(method) else seconds
        self.telemetry.metrics.observe_rpc(service, name, outcome.code, timed)
        if _logger.isEnabledFor(logging.INFO):
            fields = log_fields(
                service=self.telemetry.service,
                method=method.lstrip("/"),
                code=outcome.code,
                reason=outcome.reason,
                duration_ms=round(seconds * 1_000, 3),
                tenant=current_tenant(),
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


def _text_headers(context: Context) -> dict[str, str]:
    metadata = context.invocation_metadata() or ()
    return {key: value for key, value in metadata if isinstance(value, str)}
