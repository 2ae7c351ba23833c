"""Taking part in traces: spans of calls and of work. Exports nothing by itself."""

from askmesh.tracing._tracing import (
    AttributeValue,
    CallSpan,
    Span,
    Tracing,
    is_traced,
    is_watch,
    tracing_of_application,
)

__all__ = [
    "AttributeValue",
    "CallSpan",
    "Span",
    "Tracing",
    "is_traced",
    "is_watch",
    "tracing_of_application",
]
