"""What a process uses to take part in traces."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import context as contexts
from opentelemetry.trace import (
    SpanKind,
    Tracer,
    TracerProvider,
    get_tracer_provider,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from askmesh.tracing import _conventions as conventions
from askmesh.tracing._calls import CallSpan, Span, call_attributes

_PROPAGATOR = TraceContextTextMapPropagator()


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

    def trace_headers(self) -> dict[str, str]:
        """Return the W3C headers of the current span, to hand the trace to another system."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier)
        return carrier

    def client_call(self, method: str, address: str) -> CallSpan:
        """Start the span of a call of `method` at `address`. The caller ends it."""
        span = self._tracer.start_span(
            method.lstrip("/"),
            kind=SpanKind.CLIENT,
            attributes=call_attributes(method, address),
        )
        return CallSpan(span, SpanKind.CLIENT)

    @contextmanager
    def server_call(
        self, method: str, address: str, headers: Mapping[str, str]
    ) -> Generator[CallSpan]:
        """Run the block in the span of a call that is being served. `headers` name its parent."""
        parent = _PROPAGATOR.extract(headers)
        span = self._tracer.start_span(
            method.lstrip("/"),
            context=parent,
            kind=SpanKind.SERVER,
            attributes=call_attributes(method, address),
        )
        token = contexts.attach(set_span_in_context(span, parent))
        try:
            yield CallSpan(span, SpanKind.SERVER)
        finally:
            contexts.detach(token)
            span.end()


def tracing_of_application() -> Tracing:
    """Return the tracing that the application around us has set up; without any, none."""
    return Tracing(get_tracer_provider())
