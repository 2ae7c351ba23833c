"""What a process uses to take part in traces."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import TypeAlias

from opentelemetry import context as contexts
from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    TracerProvider,
    get_current_span,
    get_tracer_provider,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from askmesh.tracing import _conventions as conventions

AttributeValue: TypeAlias = str | bool | int | float | Sequence[str]

_PROPAGATOR = TraceContextTextMapPropagator()


class CallSpan:
    """The span of one remote call, seen from its client or from its server."""

    __slots__ = ("_kind", "_span")

    def __init__(self, span: Span, kind: SpanKind) -> None:
        self._span = span
        self._kind = kind

    @property
    def trace_id(self) -> str:
        """The trace's id as 32 hexadecimal digits."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def headers(self) -> Sequence[tuple[str, str]]:
        """Return the W3C headers that make the other side's spans children of this one."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier, set_span_in_context(self._span))
        return tuple(carrier.items())

    def record(self, code: str, *, details: str = "", reason: str = "", tenant: str = "") -> None:
        """Set the outcome. `code` is the name of the gRPC status."""
        self._span.set_attribute(conventions.RPC_STATUS_CODE, code)
        if tenant:
            self._span.set_attribute(conventions.TENANT, tenant)
        if reason:
            self._span.set_attribute(conventions.ERROR_REASON, reason)
        if self._is_error(code):
            self._span.set_attribute(conventions.ERROR_TYPE, code)
            self._span.set_status(Status(StatusCode.ERROR, details or None))

    def record_defect(self, error: BaseException) -> None:
        """Add the exception that nobody expected, with its stack trace."""
        self._span.record_exception(error)

    def end(self) -> None:
        """End the span now."""
        self._span.end()

    def _is_error(self, code: str) -> bool:
        if self._kind is SpanKind.SERVER:
            return code in conventions.SERVER_ERRORS
        return code not in conventions.NO_CLIENT_ERRORS


def is_traced(method: str) -> bool:
    """Return whether calls of `method` ("/package.Service/Method") are worth a span."""
    return not method.startswith(_PROBES)


def is_watch(method: str) -> bool:
    """Return whether calls of `method` last as long as somebody listens: their time says nothing.

    The name of such a method begins with "Watch".
    """
    return method.rpartition("/")[2].startswith("Watch")


@lru_cache(maxsize=1024)
def call_attributes(method: str, address: str) -> Mapping[str, str | int]:
    """Return the attributes of a call of `method` at `address`."""
    attributes: dict[str, str | int] = {
        conventions.RPC_SYSTEM_NAME: conventions.GRPC,
        conventions.RPC_METHOD: method.lstrip("/"),
    }
    host, _, port = address.removeprefix("dns:///").rpartition(":")
    if host and port.isdecimal():
        attributes[conventions.SERVER_ADDRESS] = host.strip("[]")
        attributes[conventions.SERVER_PORT] = int(port)
    elif address:
        attributes[conventions.SERVER_ADDRESS] = address
    return attributes


class Tracing:
    """The traces of one process, whoever exports them."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer: Tracer = provider.get_tracer("askmesh", schema_url=conventions.SCHEMA_URL)

    def span(
        self, name: str, attributes: Mapping[str, str | int | float | bool] | None = None
    ) -> AbstractContextManager[Span]:
        """Time the block as a span, a child of the current one.

        An exception that leaves the block marks the span as failed. Do not `yield` from an
        asynchronous generator inside of the block: its consumer would run inside of the span.
        """
        return self._tracer.start_as_current_span(name, attributes=attributes)

    def annotate(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Add to the current span what became known after it began."""
        get_current_span().set_attributes(attributes)

    def trace_headers(self) -> dict[str, str]:
        """Return the W3C headers of the current span, to hand the trace to another system."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier

    def client_call(self, method: str, address: str) -> CallSpan:
        """Start the span of a call of `method` at `address`. The caller ends it."""
        return CallSpan(self._call(method, address, SpanKind.CLIENT), SpanKind.CLIENT)

    @contextmanager
    def server_call(
        self, method: str, address: str, headers: Mapping[str, str]
    ) -> Generator[CallSpan]:
        """Run the block in the span of a call that is being served. `headers` name its parent."""
        parent = _PROPAGATOR.extract(headers)
        span = self._call(method, address, SpanKind.SERVER, parent)
        token = contexts.attach(set_span_in_context(span, parent))
        try:
            yield CallSpan(span, SpanKind.SERVER)
        finally:
            contexts.detach(token)
            span.end()

    def _call(
        self, method: str, address: str, kind: SpanKind, parent: contexts.Context | None = None
    ) -> Span:
        """Start the span of a call. Watches have none: it would last for as long as they do."""
        if is_watch(method):
            return INVALID_SPAN
        attributes = call_attributes(method, address)
        return self._tracer.start_span(
            method.lstrip("/"), context=parent, kind=kind, attributes=attributes
        )


def tracing_of_application() -> Tracing:
    """Return the tracing that the application around us has set up; without any, none."""
    return Tracing(get_tracer_provider())


__all__ = ["CallSpan", "Span", "call_attributes", "is_traced", "is_watch"]

_PROBES = ("/grpc.health.", "/grpc.reflection.")
