"""How a call that is being served ends."""

import asyncio
import logging
from dataclasses import dataclass
from typing import cast

from grpc import StatusCode, aio

from askmesh.errors import AskmeshError, expected_error
from askmesh.rpc import short_message, status_code_of, trailing_metadata_of
from askmesh.tracing import CallSpan

# A client gives up at its deadline slightly before the server sees the same deadline pass.
DEADLINE_TOLERANCE_SECONDS = 0.05

_logger = logging.getLogger("askmesh.rpc")


@dataclass(slots=True)
class CallOutcome:
    """The status of one call, from OK to whatever becomes of it."""

    span: CallSpan
    code: str = StatusCode.OK.name
    details: str = ""
    reason: str = ""
    tenant: str = ""
    priority: str = ""

    def take_code_of(self, context: aio.ServicerContext[object, object]) -> None:
        """Take over the status that the handler has set by itself, if any."""
        # None as long as nobody has set one, whatever the signature says.
        code = cast("StatusCode | None", context.code())
        if code:
            self.code, self.details = code.name, str(context.details() or "")

    def note(
        self, error: BaseException, context: aio.ServicerContext[object, object]
    ) -> AskmeshError | None:
        """Note what `error` means for the call. Return what the other side has yet to be told."""
        match error:
            case aio.AbortError():
                self.take_code_of(context)
            case asyncio.CancelledError():
                self.code = _code_of_cancellation(context).name
            case _:
                return self._refusal(expected_error(error) or self._defect(error))
        return None

    def end(self) -> None:
        """End the span with the outcome."""
        self.span.finish(
            self.code,
            details=self.details,
            reason=self.reason,
            tenant=self.tenant,
            priority=self.priority,
        )

    def _refusal(self, error: AskmeshError) -> AskmeshError:
        self.code, self.details = status_code_of(error).name, error.message
        self.reason = error.reason
        return error

    def _defect(self, error: BaseException) -> AskmeshError:
        """Log what nobody expected. The other side learns only where to look."""
        _logger.error("a call failed unexpectedly", exc_info=error)
        self.span.span.record_exception(error)
        trace_id = self.span.trace_id
        return AskmeshError(
            "UNEXPECTED_FAILURE",
            f"the service failed unexpectedly: its logs of trace {trace_id} say why",
            trace_id=trace_id,
        )


async def refuse(error: AskmeshError, context: aio.ServicerContext[object, object]) -> None:
    """End the call with the status of `error`. Always raises, as gRPC does."""
    message, metadata = short_message(error.message), trailing_metadata_of(error)
    await context.abort(status_code_of(error), message, metadata)


def _code_of_cancellation(context: aio.ServicerContext[object, object]) -> StatusCode:
    remaining = cast("float | None", context.time_remaining())
    if remaining is not None and remaining <= DEADLINE_TOLERANCE_SECONDS:
        return StatusCode.DEADLINE_EXCEEDED
    return StatusCode.CANCELLED
