"""The W3C headers that connect the spans of two processes."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    TraceFlags,
    TraceState,
    get_current_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Headers: TypeAlias = tuple[tuple[str, str], ...]
_PROPAGATOR = TraceContextTextMapPropagator()
_PARENT, _STATE = "traceparent", "tracestate"
_NO_STATE = TraceState()
_FLAGS = {f"{flags:02x}": TraceFlags(flags) for flags in range(256)}
_OF_VERSION_0 = re.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f][0-9a-f])")
_NOT_SAMPLED = frozenset("02468ace")


class Unsampled(NonRecordingSpan):
    """The span of a call in a trace that is not sampled: what it hands on, and no more.

    All calls below it hand on the same, so that few of them ever need to know what it says.
    """

    is_recorded = False

    _is_remote = True

    def __init__(self, parent: str) -> None:
        """`parent` is the header that names the span, of version 0."""
        self._parent = parent

    @property
    def span(self) -> Span:
        return self

    @property
    def trace_id(self) -> str:
        return self._parent[3:35]

    def headers(self) -> Headers:
        return ((_PARENT, self._parent),)

    def get_span_context(self) -> SpanContext:
        return _context(self._parent, is_remote=self._is_remote)

    def finish(
        self,
        code: str,
        *,
        details: str = "",
        reason: str = "",
        tenant: str = "",
        priority: str = "",
    ) -> None:
        """Nothing is told to anybody."""

    def __repr__(self) -> str:
        return f"Unsampled({self._parent!r})"


class UnsampledRoot(Unsampled):
    """The span that begins a trace which is not sampled."""

    _is_remote = False


def traceparent(trace_id: int, span_id: int, flags: int) -> str:
    """Return the header that names a span."""
    return f"00-{trace_id:032x}-{span_id:016x}-{flags:02x}"


def headers_of(span: SpanContext) -> Headers:
    """Return the headers that make another process's spans children of this one."""
    trace_id, span_id, _, flags, state, is_valid = span
    if not is_valid:
        return ()
    parent = (_PARENT, traceparent(trace_id, span_id, flags))
    return (parent, (_STATE, state.to_header())) if state else (parent,)


def remote_parent(said: Mapping[str, str | bytes]) -> Span | None:
    """Return the span that the metadata of a call name, if they do."""
    parent = said.get(_PARENT)
    if not isinstance(parent, str):
        return None
    if _STATE in said or not _OF_VERSION_0.fullmatch(parent):
        return _read(parent, str(said.get(_STATE, "")))
    if parent[-1] in _NOT_SAMPLED:
        return Unsampled(parent)
    return NonRecordingSpan(_context(parent, is_remote=True))


def _context(parent: str, *, is_remote: bool) -> SpanContext:
    trace_id, span_id = int(parent[3:35], 16), int(parent[36:52], 16)
    return SpanContext(trace_id, span_id, is_remote, _FLAGS[parent[53:]], _NO_STATE)


def _read(parent: str, state: str) -> Span | None:
    """Return what other versions say, and vendors beside."""
    context = _PROPAGATOR.extract({_PARENT: parent, _STATE: state})
    found = get_current_span(context)
    return found if found.get_span_context().is_remote else None
