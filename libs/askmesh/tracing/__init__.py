"""Taking part in traces: spans of calls and of work. Exports nothing by itself."""

from askmesh.tracing._call_span import AttributeValue, CallSpan, StartSpan
from askmesh.tracing._conventions import SCHEMA_URL, SCOPE
from askmesh.tracing._tracing import (
    Span,
    Tracing,
    is_traced,
    is_watch,
    tracing_of_application,
)

__all__ = [
    "SCHEMA_URL",
    "SCOPE",
    "AttributeValue",
    "CallSpan",
    "Span",
    "StartSpan",
    "Tracing",
    "is_traced",
    "is_watch",
    "tracing_of_application",
]
