"""Exports in JSON, as Triton sends them."""

import base64
import json
from typing import Any, cast

from google.protobuf.json_format import ParseDict, ParseError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_IDS = ("traceId", "spanId", "parentSpanId")


def export_from_json(body: bytes) -> ExportTraceServiceRequest:
    """Return an export. Raise `ValueError` if it is none.

    OTLP writes ids as hexadecimal digits, where JSON of protobuf has base64.
    """
    try:
        told = json.loads(body)
        for resource in told.get("resourceSpans", ()):
            for scope in resource.get("scopeSpans", ()):
                for span in scope.get("spans", ()):
                    _with_bytes(span)
        return ParseDict(told, ExportTraceServiceRequest(), ignore_unknown_fields=True)
    except (ParseError, AttributeError, TypeError, RecursionError) as error:
        raise ValueError("this is no export of traces") from error


def _with_bytes(span: dict[str, Any]) -> None:
    for name in _IDS:
        if name in span:
            span[name] = base64.b64encode(bytes.fromhex(cast("str", span[name]))).decode()
    span.pop("links", None)
