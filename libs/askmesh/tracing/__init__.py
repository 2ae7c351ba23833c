"""Taking part in traces: spans of calls and of work. Exports nothing by itself."""

from askmesh.tracing._call_span import AttributeValue, CallSpan, StartSpan
from askmesh.tracing._conventions import PROFILE_ID, SCHEMA_URL, SCOPE
from askmesh.tracing._stages import STAGE_CODE, current_stage, in_stage, stage_named
from askmesh.tracing._tracing import (
    Span,
    TracedCalls,
    Tracing,
    is_traced,
    is_watch,
    tracing_of_application,
)

__all__ = [
    "PROFILE_ID",
    "SCHEMA_URL",
    "SCOPE",
    "STAGE_CODE",
    "AttributeValue",
    "CallSpan",
    "Span",
    "StartSpan",
    "TracedCalls",
    "Tracing",
    "current_stage",
    "in_stage",
    "is_traced",
    "is_watch",
    "stage_named",
    "tracing_of_application",
]
