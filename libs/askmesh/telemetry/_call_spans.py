"""Spans of calls, at a third of what the SDK's own cost.

There are two of them for each call, so their cost is what tracing costs. They hold no limits and no
locks: one task writes a span, and the SDK gets it when it has ended.
"""

import traceback
from collections.abc import Mapping
from time import time_ns

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, Tracer, TracerProvider
from opentelemetry.sdk.trace.sampling import Decision, ParentBased
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.util.types import Attributes, AttributeValue

from askmesh.tracing import SCHEMA_URL, SCOPE, StartSpan

_UNSET = Status(StatusCode.UNSET)
_RANDOM = TraceFlags.RANDOM_TRACE_ID
_SAMPLED = TraceFlags.SAMPLED


def call_spans(provider: TracerProvider) -> StartSpan | None:
    """Return what starts the spans of calls for a provider; None where the SDK is switched off."""
    tracer = provider.get_tracer(SCOPE, schema_url=SCHEMA_URL)
    return _CallSpans(tracer).start if isinstance(tracer, Tracer) else None


class _CallSpans:
    """Starts spans that go where those of a tracer go, and as its sampler says.

    Processors learn of their ends alone. A sampler that follows parents is asked for roots alone.
    """

    def __init__(self, tracer: Tracer) -> None:
        self.processor = tracer.span_processor
        self.resource = tracer.resource
        self.scope = InstrumentationScope(SCOPE, "", SCHEMA_URL)
        self._ids = tracer.id_generator
        self._sampler = tracer.sampler
        self._follows = isinstance(tracer.sampler, ParentBased)

    def start(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        remote: SpanContext | None,
    ) -> Span:
        """Return a span, a child of `remote`, or of the current one if that is None."""
        above = get_current_span().get_span_context() if remote is None else remote
        if self._follows and above.is_valid:
            if not above.trace_flags & _SAMPLED:
                return NonRecordingSpan(above)
            context = self._context(above.trace_id, above.trace_flags, above.trace_state)
            return _CallSpan(self, name, kind, attributes, context=context, parent=above)
        return self._decided(name, kind, attributes, above if above.is_valid else None)

    def _decided(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        above: SpanContext | None,
    ) -> Span:
        """Start a span for which the sampler has to be asked."""
        ids = self._ids
        trace_id = ids.generate_trace_id() if above is None else above.trace_id
        random = ids.is_trace_id_random() if above is None else above.trace_flags & _RANDOM
        parent = Context() if above is None else set_span_in_context(NonRecordingSpan(above))
        told = self._sampler.should_sample(parent, trace_id, name, kind, attributes)
        flags = (_SAMPLED if told.decision is Decision.RECORD_AND_SAMPLE else 0) | (
            _RANDOM if random else 0
        )
        context = self._context(trace_id, TraceFlags(flags), told.trace_state)
        if told.decision is Decision.DROP:
            return NonRecordingSpan(context)
        return _CallSpan(self, name, kind, attributes, context=context, parent=above)

    def _context(self, trace_id: int, flags: TraceFlags, state: TraceState | None) -> SpanContext:
        span_id = self._ids.generate_span_id()
        return SpanContext(trace_id, span_id, is_remote=False, trace_flags=flags, trace_state=state)


class _CallSpan(Span):
    """A span that becomes one of the SDK's at its end."""

    __slots__ = (
        "_attributes",
        "_context",
        "_ended",
        "_events",
        "_kind",
        "_name",
        "_parent",
        "_spans",
        "_start",
        "_status",
    )

    def __init__(
        self,
        spans: _CallSpans,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, AttributeValue],
        *,
        context: SpanContext,
        parent: SpanContext | None,
    ) -> None:
        self._spans = spans
        self._name = name
        self._kind = kind
        self._attributes = attributes
        self._context = context
        self._parent = parent
        self._status = _UNSET
        self._events: list[Event] = []
        self._start = time_ns()
        self._ended = False

    def get_span_context(self) -> SpanContext:
        return self._context

    def is_recording(self) -> bool:
        return not self._ended

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        if not self._ended:
            self._attributes = {**self._attributes, **attributes}

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self.set_attributes({key: value})

    def add_event(
        self, name: str, attributes: Attributes = None, timestamp: int | None = None
    ) -> None:
        self._events.append(Event(name, attributes, timestamp or time_ns()))

    def update_name(self, name: str) -> None:
        self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        if not isinstance(status, Status):
            status = Status(status, description)
        self._status = status

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,  # noqa: FBT001, FBT002 - the interface's order
    ) -> None:
        told = {
            "exception.type": f"{type(exception).__module__}.{type(exception).__qualname__}",
            "exception.message": str(exception),
            "exception.stacktrace": "".join(traceback.format_exception(exception)),
            "exception.escaped": str(escaped),
        }
        self.add_event("exception", {**told, **(attributes or {})}, timestamp)

    def end(self, end_time: int | None = None) -> None:
        if self._ended:
            return
        self._ended = True
        self._spans.processor.on_end(
            ReadableSpan(
                self._name,
                self._context,
                self._parent,
                self._spans.resource,
                self._attributes,
                self._events,
                (),
                self._kind,
                instrumentation_scope=self._spans.scope,
                status=self._status,
                start_time=self._start,
                end_time=end_time or time_ns(),
            )
        )
