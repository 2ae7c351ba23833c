"""What a process uses to take part in traces."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache

from opentelemetry import context as contexts
from opentelemetry.trace import (
    INVALID_SPAN,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Tracer,
    TracerProvider,
    get_current_span,
    get_tracer_provider,
    set_span_in_context,
)

from askmesh.tracing import _conventions as conventions
from askmesh.tracing._call_span import AttributeValue, CallSpan, StartSpan
from askmesh.tracing._traceparent import headers_of, remote_parent


def is_traced(method: str) -> bool:
    """Return whether calls of `method` ("/package.Service/Method") are worth a span."""
    return not method.startswith(_PROBES)


@lru_cache(maxsize=1024)
def is_watch(method: str) -> bool:
    """Return whether calls of `method` last as long as somebody listens: their time says nothing.

    The name of such a method begins with "Watch".
    """
    return method.rpartition("/")[2].startswith("Watch")


@lru_cache(maxsize=1024)
def name_of(method: str) -> str:
    """Return "package.Service/Method"."""
    return method.lstrip("/")


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

    def __init__(self, provider: TracerProvider, start: StartSpan | None = None) -> None:
        """`start` begins the spans of calls, in place of the tracer of `provider`."""
        self._tracer: Tracer = provider.get_tracer(
            conventions.SCOPE, schema_url=conventions.SCHEMA_URL
        )
        self._start = start or self._start_by_tracer

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
        return dict(headers_of(get_current_span().get_span_context()))

    def client_call(self, method: str, address: str) -> CallSpan:
        """Start the span of a call of `method` at `address`. The caller ends it."""
        return CallSpan(self._call(method, address, SpanKind.CLIENT, None), SpanKind.CLIENT)

    @contextmanager
    def server_call(
        self, method: str, address: str, metadata: Iterable[tuple[str, str | bytes]]
    ) -> Generator[CallSpan]:
        """Run the block in the span of a call that is being served. `metadata` name its parent."""
        span = self._call(method, address, SpanKind.SERVER, remote_parent(metadata))
        token = contexts.attach(set_span_in_context(span))
        try:
            yield CallSpan(span, SpanKind.SERVER)
        finally:
            contexts.detach(token)
            span.end()

    def _call(self, method: str, address: str, kind: SpanKind, remote: SpanContext | None) -> Span:
        """Start the span of a call. Watches have none: it would last for as long as they do."""
        if is_watch(method):
            return INVALID_SPAN
        return self._start(name_of(method), kind, call_attributes(method, address), remote)

    def _start_by_tracer(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        remote: SpanContext | None,
    ) -> Span:
        parent = None if remote is None else set_span_in_context(NonRecordingSpan(remote))
        return self._tracer.start_span(name, context=parent, kind=kind, attributes=attributes)


def tracing_of_application() -> Tracing:
    """Return the tracing that the application around us has set up; without any, none."""
    return Tracing(get_tracer_provider())


__all__ = ["AttributeValue", "CallSpan", "Span", "call_attributes", "is_traced", "is_watch"]

_PROBES = ("/grpc.health.", "/grpc.reflection.")
