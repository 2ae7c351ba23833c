"""The W3C headers that connect the spans of two processes."""

import re
from collections.abc import Mapping

from opentelemetry.trace import SpanContext, TraceFlags, TraceState, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_PARENT, _STATE = "traceparent", "tracestate"
_NO_STATE = TraceState()
_FLAGS = {f"{flags:02x}": TraceFlags(flags) for flags in range(256)}
_OF_VERSION_0 = re.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def headers_of(span: SpanContext) -> tuple[tuple[str, str], ...]:
    """Return the headers that make another process's spans children of this one."""
    trace_id, span_id, _, flags, state, is_valid = span
    if not is_valid:
        return ()
    parent = (_PARENT, f"00-{trace_id:032x}-{span_id:016x}-{flags:02x}")
    return (parent, (_STATE, state.to_header())) if state else (parent,)


def remote_parent(said: Mapping[str, str | bytes]) -> SpanContext | None:
    """Return the span that the metadata of a call name, if they do."""
    parent = said.get(_PARENT)
    if not isinstance(parent, str):
        return None
    simple = None if _STATE in said else _OF_VERSION_0.fullmatch(parent)
    if simple is None:
        return _read(parent, str(said.get(_STATE, "")))
    trace_id, span_id, flags = simple.groups()
    found = SpanContext(int(trace_id, 16), int(span_id, 16), True, _FLAGS[flags], _NO_STATE)  # noqa: FBT003 - the order of OpenTelemetry's own
    return found if found.is_valid else None


def _read(parent: str, state: str) -> SpanContext | None:
    """Return what other versions say, and vendors beside."""
    context = _PROPAGATOR.extract({_PARENT: parent, _STATE: state})
    found = get_current_span(context).get_span_context()
    return found if found.is_remote else None
