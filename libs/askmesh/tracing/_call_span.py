"""The span of one remote call."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from askmesh.tracing import _conventions as conventions
from askmesh.tracing._traceparent import Headers, headers_of

AttributeValue: TypeAlias = str | bool | int | float | Sequence[str]
_OK = "OK"


class CallSpan(Protocol):
    """The span of one remote call, seen from its client or from its server."""

    @property
    def is_recorded(self) -> bool:
        """Whether anything becomes of what the span is told: the trace is kept, and goes on."""
        ...

    @property
    def span(self) -> Span:
        """What is the current span of the work for the call."""
        ...

    @property
    def trace_id(self) -> str:
        """The trace's id as 32 hexadecimal digits."""
        ...

    def headers(self) -> Headers:
        """Return the W3C headers that make the other side's spans children of this one."""
        ...

    def finish(
        self,
        code: str,
        *,
        details: str = "",
        reason: str = "",
        tenant: str = "",
        priority: str = "",
    ) -> None:
        """End the span now, with the outcome. `code` is the name of the gRPC status."""
        ...


class StartSpan(Protocol):
    """Starts the span of a call."""

    def __call__(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int], around: Span, /
    ) -> CallSpan:
        """Return a child of the span `around` it."""
        ...


class AnySpan:
    """The span of a call in whatever span a tracer makes."""

    __slots__ = ("_kind", "is_recorded", "span")

    def __init__(self, span: Span, kind: SpanKind) -> None:
        self.span = span
        self._kind = kind
        self.is_recorded = span.is_recording()

    @property
    def trace_id(self) -> str:
        return f"{self.span.get_span_context().trace_id:032x}"

    def headers(self) -> Headers:
        return headers_of(self.span.get_span_context())

    def finish(
        self,
        code: str,
        *,
        details: str = "",
        reason: str = "",
        tenant: str = "",
        priority: str = "",
    ) -> None:
        if not self.is_recorded:
            return
        told = outcome(self._kind, code, reason, tenant, priority)
        self.span.set_attributes(told)
        if conventions.ERROR_TYPE in told:
            self.span.set_status(Status(StatusCode.ERROR, details or None))
        self.span.end()


def outcome(
    kind: SpanKind, code: str, reason: str, tenant: str, priority: str
) -> dict[str, AttributeValue]:
    """Return the attributes that tell how a call has ended; `ERROR_TYPE` if its side has failed."""
    told: dict[str, AttributeValue] = {conventions.RPC_STATUS_CODE: code}
    if tenant:
        told[conventions.TENANT] = tenant
    if priority:
        told[conventions.PRIORITY] = priority
    if code != _OK:
        if reason:
            told[conventions.ERROR_REASON] = reason
        if _is_error(kind, code):
            told[conventions.ERROR_TYPE] = code
    return told


def _is_error(kind: SpanKind, code: str) -> bool:
    if kind is SpanKind.SERVER:
        return code in conventions.SERVER_ERRORS
    return code not in conventions.NO_CLIENT_ERRORS
