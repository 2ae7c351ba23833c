"""Spans of calls, at a third of what the SDK's own cost.

There are two of them for each call, so their cost is what tracing costs. They hold no limits and no
locks: one task writes a span, and the SDK gets it when it has ended.
"""

import traceback
from collections.abc import Mapping
from time import time_ns

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, Tracer, TracerProvider
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF, DEFAULT_ON, Decision, ParentBased
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
        self._flags_of_roots = _flags_of_roots(tracer)

    def start(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        remote: SpanContext | None,
    ) -> Span:
        """Return a span, a child of `remote`, or of the current one if that is None."""
        around = NonRecordingSpan(remote) if remote else get_current_span()
        above = around.get_span_context()
        trace_id, _, _, flags, state, is_valid = above
        if not is_valid:
            return self._root(name, kind, attributes)
        if not self._follows:
            return self._decided(name, kind, attributes, above)
        if flags & _SAMPLED:
            context = self._context(trace_id, flags, state)
            return _CallSpan(self, name, kind, attributes, context=context, parent=above)
        return NonRecordingSpan(above) if around.is_recording() else around

    def _root(self, name: str, kind: SpanKind, attributes: Mapping[str, str | int]) -> Span:
        flags = self._flags_of_roots
        if flags is None:
            return self._decided(name, kind, attributes, None)
        context = self._context(self._ids.generate_trace_id(), flags, None)
        if not flags & _SAMPLED:
            return NonRecordingSpan(context)
        return _CallSpan(self, name, kind, attributes, context=context, parent=None)

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


def _flags_of_roots(tracer: Tracer) -> TraceFlags | None:
    """Return the flags of traces that begin here; None where the sampler is asked for each."""
    random = _RANDOM if tracer.id_generator.is_trace_id_random() else 0
    if tracer.sampler is DEFAULT_ON:
        return TraceFlags(_SAMPLED | random)
    return TraceFlags(random) if tracer.sampler is DEFAULT_OFF else None


class _CallSpan(ReadableSpan, Span):
    """A span that is what the SDK exports, too."""

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
        super().__init__(
            name,
            context,
            parent,
            spans.resource,
            attributes,
            kind=kind,
            status=_UNSET,
            start_time=time_ns(),
            instrumentation_scope=spans.scope,
        )
        self._processor = spans.processor
        self._span_context = context
        self._is_open = True

    def get_span_context(self) -> SpanContext:
        return self._span_context

    def is_recording(self) -> bool:
        return self._is_open

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        if self._is_open:
            self._attributes = {**(self._attributes or {}), **attributes}

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        self.set_attributes({key: value})

    def add_event(
        self, name: str, attributes: Attributes = None, timestamp: int | None = None
    ) -> None:
        if self._is_open:
            self._events = (*self._events, Event(name, attributes, timestamp or time_ns()))

    def update_name(self, name: str) -> None:
        if self._is_open:
            self._name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        if not isinstance(status, Status):
            status = Status(status, description)
        if self._is_open:
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
        if self._is_open:
            self._is_open = False
            self._end_time = end_time or time_ns()
            self._processor.on_end(self)
