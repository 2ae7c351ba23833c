"""Spans as an observer has them."""

from collections.abc import Mapping
from types import MappingProxyType

from askmesh.observing import SeenSpan
from askmesh.observing._spans import SpanKindName

NONE: Mapping[str, str] = MappingProxyType({})


def span(
    span_id: str,
    *,
    parent: str = "",
    trace: str = "t",
    service: str = "gateway",
    name: str = "work",
    kind: SpanKindName = "internal",
    start: int = 0,
    end: int = 0,
    is_error: bool = False,
    attributes: Mapping[str, str] = NONE,
) -> SeenSpan:
    return SeenSpan(
        trace_id=trace,
        span_id=span_id,
        parent_id=parent,
        service=service,
        name=name,
        kind=kind,
        start=start,
        end=max(start, end),
        is_error=is_error,
        attributes=dict(attributes),
    )
