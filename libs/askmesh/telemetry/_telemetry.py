"""What a service uses to say what it does."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager

from opentelemetry import context as contexts
from opentelemetry.trace import SpanKind, Tracer, TracerProvider, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from askmesh.telemetry import _conventions as conventions
from askmesh.telemetry._calls import CallSpan, Span, call_attributes
from askmesh.telemetry._metrics import ServiceMetrics

_PROPAGATOR = TraceContextTextMapPropagator()


class Telemetry:
    """Traces and metrics of one service. Opened by `telemetry` or `silent_telemetry`."""

    def __init__(
        self,
        service: str,
        provider: TracerProvider,
        metrics: ServiceMetrics,
        *,
        metrics_port: int | None = None,
    ) -> None:
        self.service = service
        self.metrics = metrics
        self.metrics_port = metrics_port
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
