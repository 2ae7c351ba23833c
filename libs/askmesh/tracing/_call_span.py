"""The span of one remote call."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode

from askmesh.tracing import _conventions as conventions
from askmesh.tracing._traceparent import headers_of

AttributeValue: TypeAlias = str | bool | int | float | Sequence[str]
_OK = "OK"


class StartSpan(Protocol):
    """Starts the span of a call."""

    def __call__(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        remote: SpanContext | None,
        /,
    ) -> Span:
        """Return a span, a child of `remote`, or of the current one if that is None."""
        ...


class CallSpan:
    """The span of one remote call, seen from its client or from its server."""

    __slots__ = ("_kind", "_span", "is_recording")

    def __init__(self, span: Span, kind: SpanKind) -> None:
        self._span = span
        self._kind = kind
        self.is_recording = span.is_recording()
        """Whether anything becomes of what the span is told: the trace is kept, and goes on."""

    @property
    def trace_id(self) -> str:
        """The trace's id as 32 hexadecimal digits."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the W3C headers that make the other side's spans children of this one."""
        return headers_of(self._span.get_span_context())

    def record_defect(self, error: BaseException) -> None:
        """Add the exception that nobody expected, with its stack trace."""
        self._span.record_exception(error)

    def end(
        self,
        code: str,
        *,
        details: str = "",
        reason: str = "",
        tenant: str = "",
        priority: str = "",
    ) -> None:
        """End the span now, with the outcome. `code` is the name of the gRPC status."""
        if not self.is_recording:
            return
        told = {conventions.RPC_STATUS_CODE: code}
        if tenant:
            told[conventions.TENANT] = tenant
        if priority:
            told[conventions.PRIORITY] = priority
        if code != _OK:
            self._fail(code, details, reason, told)
        self._span.set_attributes(told)
        self._span.end()

    def _fail(self, code: str, details: str, reason: str, told: dict[str, str]) -> None:
        if reason:
            told[conventions.ERROR_REASON] = reason
        if self._is_error(code):
            told[conventions.ERROR_TYPE] = code
            self._span.set_status(Status(StatusCode.ERROR, details or None))

    def _is_error(self, code: str) -> bool:
        if self._kind is SpanKind.SERVER:
            return code in conventions.SERVER_ERRORS
        return code not in conventions.NO_CLIENT_ERRORS
