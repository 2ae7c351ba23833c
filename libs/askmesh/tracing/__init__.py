"""Taking part in traces: spans of calls and of work. Exports nothing by itself."""

from askmesh.tracing._call_span import (
    AnySpan,
    AttributeValue,
    CallSpan,
    StartSpan,
    outcome,
)
from askmesh.tracing._conventions import ERROR_TYPE, PROFILE_ID, SCHEMA_URL, SCOPE
from askmesh.tracing._stages import STAGE_CODE, current_stage, in_stage, stage_named
from askmesh.tracing._traceparent import Headers, Unsampled, UnsampledRoot, headers_of, traceparent
from askmesh.tracing._tracing import (
    Span,
    TracedCalls,
    Tracing,
    is_traced,
    is_watch,
    tracing_of_application,
)

__all__ = [
    "ERROR_TYPE",
    "PROFILE_ID",
    "SCHEMA_URL",
    "SCOPE",
    "STAGE_CODE",
    "AnySpan",
    "AttributeValue",
    "CallSpan",
    "Headers",
    "Span",
    "StartSpan",
    "TracedCalls",
    "Tracing",
    "Unsampled",
    "UnsampledRoot",
    "current_stage",
    "headers_of",
    "in_stage",
    "is_traced",
    "is_watch",
    "outcome",
    "stage_named",
    "traceparent",
    "tracing_of_application",
]
