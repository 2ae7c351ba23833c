"""Spans as they arrive, and whether all of a trace are there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias, cast

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

SpanKindName: TypeAlias = Literal["client", "server", "internal"]
MAX_TEXT = 300
MAX_ATTRIBUTES = 40
_KINDS: Mapping[int, SpanKindName] = {
    Span.SPAN_KIND_CLIENT: "client",
    Span.SPAN_KIND_SERVER: "server",
}
_OURS = "askmesh."
_OK = "OK"
_STATUS_CODE = "rpc.response.status_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSpan:
    """One span. Ids are hexadecimal, the parent of a root is ""; times are in nanoseconds."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: SpanKindName
    start: int
    end: int
    is_error: bool
    attributes: Mapping[str, str]


def span_to_plain(span: SeenSpan) -> dict[str, object]:
    """Return a span in types that JSON has."""
    return asdict(span)


def span_from_plain(plain: Mapping[str, Any]) -> SeenSpan:
    """Return the span that `span_to_plain` was given."""
    return SeenSpan(**plain)


def spans_of(request: ExportTraceServiceRequest) -> Iterator[SeenSpan]:
    """Yield the spans of an export, texts of their attributes cut short."""
    for resource in request.resource_spans:
        service = texts_of(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _seen(service, span)


def is_whole(spans: Sequence[SeenSpan]) -> bool:
    """Tell whether a trace has its root, the parent of each span, and both sides of its calls.

    A call that failed may never have reached its service, and others than our services need not
    send spans.
    """
    known = {span.span_id for span in spans}
    parents = {span.parent_id for span in spans}
    return "" in parents and parents <= {"", *known} and _answered_calls(spans) <= parents


def _answered_calls(spans: Iterable[SeenSpan]) -> set[str]:
    return {
        span.span_id
        for span in spans
        if span.kind == "client"
        and span.name.startswith(_OURS)
        and span.attributes.get(_STATUS_CODE) == _OK
    }


def _seen(service: str, span: Span) -> SeenSpan:
    return SeenSpan(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        service=service,
        name=span.name[:MAX_TEXT],
        kind=_KINDS.get(span.kind, "internal"),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        is_error=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=texts_of(span.attributes),
    )


def texts_of(attributes: Iterable[KeyValue]) -> dict[str, str]:
    """Return attributes as texts, as many and as much of each as is kept."""
    pairs = list(attributes)[:MAX_ATTRIBUTES]
    return {pair.key[:MAX_TEXT]: _text(pair.value)[:MAX_TEXT] for pair in pairs}


def _text(value: AnyValue) -> str:
    match value.WhichOneof("value"):
        case None:
            return ""
        case "array_value":
            return ", ".join(map(_text, value.array_value.values))
        case "bool_value":
            return str(value.bool_value).lower()
        case kind:
            return str(cast("object", getattr(value, kind)))
