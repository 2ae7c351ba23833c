"""Which spans of calls are recorded, decided at a third of what the SDK's own spans cost.

There are two of them for each call, so their cost is what tracing costs.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Tracer, TracerProvider
from opentelemetry.sdk.trace.sampling import DEFAULT_OFF, DEFAULT_ON, Decision, ParentBased
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    INVALID_SPAN,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    TraceFlags,
    TraceState,
    set_span_in_context,
)

from askmesh.telemetry._recorded_call import Destination, RecordedCall
from askmesh.tracing import (
    SCHEMA_URL,
    SCOPE,
    AnySpan,
    CallSpan,
    StartSpan,
    Unsampled,
    UnsampledRoot,
    traceparent,
)

T = TypeVar("T")
_BATCH = 64
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
        scope = InstrumentationScope(SCOPE, "", SCHEMA_URL)
        self._destination = Destination(tracer.span_processor, tracer.resource, scope)
        self._ids = tracer.id_generator
        self._sampler = tracer.sampler
        self._follows = isinstance(tracer.sampler, ParentBased)
        self._flags_of_roots = _flags_of_roots(tracer)
        self._span_ids = _in_batches(self._ids.generate_span_id)
        self._sampled_roots = _in_batches(self._sampled_root)
        self._unsampled_roots = _in_batches(self._unsampled_root)

    def start(
        self, name: str, kind: SpanKind, attributes: Mapping[str, str | int], around: Span
    ) -> CallSpan:
        """Return a child of the span `around` it."""
        if around is INVALID_SPAN:
            return self._root(name, kind, attributes)
        if self._follows and isinstance(around, Unsampled):
            return around
        above = around.get_span_context()
        trace_id, _, _, flags, state, is_valid = above
        if not is_valid:
            return self._root(name, kind, attributes)
        if not self._follows:
            return self._decided(name, kind, attributes, above)
        if flags & _SAMPLED:
            context = self._context(trace_id, flags, state)
            return RecordedCall(
                self._destination, name, kind, attributes, context=context, parent=above
            )
        return AnySpan(NonRecordingSpan(above), kind)

    def _root(self, name: str, kind: SpanKind, attributes: Mapping[str, str | int]) -> CallSpan:
        flags = self._flags_of_roots
        if flags is None:
            return self._decided(name, kind, attributes, None)
        if not flags & _SAMPLED:
            return next(self._unsampled_roots)
        context = next(self._sampled_roots)
        return RecordedCall(self._destination, name, kind, attributes, context=context, parent=None)

    def _sampled_root(self) -> SpanContext:
        return self._context(self._ids.generate_trace_id(), self._flags_of_roots, None)

    def _unsampled_root(self) -> Unsampled:
        trace_id, span_id = self._ids.generate_trace_id(), self._ids.generate_span_id()
        named = traceparent(trace_id, span_id, self._flags_of_roots or 0)
        return UnsampledRoot(named)

    def _decided(
        self,
        name: str,
        kind: SpanKind,
        attributes: Mapping[str, str | int],
        above: SpanContext | None,
    ) -> CallSpan:
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
            return AnySpan(NonRecordingSpan(context), kind)
        return RecordedCall(
            self._destination, name, kind, attributes, context=context, parent=above
        )

    def _context(
        self, trace_id: int, flags: TraceFlags | None, state: TraceState | None
    ) -> SpanContext:
        return SpanContext(
            trace_id, next(self._span_ids), is_remote=False, trace_flags=flags, trace_state=state
        )


def _in_batches(make: Callable[[], T]) -> Iterator[T]:
    """Yield what `make` makes, many at once: what a call costs is that the processor forgets."""
    return chain.from_iterable(iter(lambda: [make() for _ in range(_BATCH)], []))


def _flags_of_roots(tracer: Tracer) -> TraceFlags | None:
    """Return the flags of traces that begin here; None where the sampler is asked for each."""
    random = _RANDOM if tracer.id_generator.is_trace_id_random() else 0
    if tracer.sampler is DEFAULT_ON:
        return TraceFlags(_SAMPLED | random)
    return TraceFlags(random) if tracer.sampler is DEFAULT_OFF else None
