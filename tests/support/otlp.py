"""A collector of traces that speaks OTLP over gRPC and keeps what it gets."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from askmesh.transport import TlsFiles
from support.otlp_service import otlp_service

WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CollectedSpan:
    """One span as it arrived. Ids are hexadecimal, a root has the parent "".

    `start` and `end` are in nanoseconds.
    """

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    is_error: bool
    attributes: dict[str, str]
    start: int = 0
    end: int = 0


class OtlpCollector:
    """Keeps all spans that services export to `address`."""

    def __init__(self) -> None:
        self.address = ""
        self.spans: list[CollectedSpan] = []
        self.exports: list[bytes] = []
        """What came over gRPC, as it came."""
        self._changed = asyncio.Condition()

    async def export(
        self, request: ExportTraceServiceRequest, _: object
    ) -> ExportTraceServiceResponse:
        self.exports.append(request.SerializeToString())
        await self.add(_spans_of(request))
        return ExportTraceServiceResponse()

    async def add(self, spans: Iterable[CollectedSpan]) -> None:
        """Keep spans."""
        async with self._changed:
            self.spans.extend(spans)
            self._changed.notify_all()

    async def wait_until(self, holds: Callable[[Sequence[CollectedSpan]], bool]) -> None:
        """Wait until `holds` is true of all spans so far."""
        async with asyncio.timeout(WAIT_SECONDS), self._changed:
            await self._changed.wait_for(lambda: holds(self.spans))


@asynccontextmanager
async def otlp_collector(tls: TlsFiles | None = None) -> AsyncGenerator[OtlpCollector]:
    """Collect spans until the block ends; with `tls`, from who has a certificate."""
    collector = OtlpCollector()
    handler = grpc.unary_unary_rpc_method_handler(
        collector.export,
        ExportTraceServiceRequest.FromString,
        ExportTraceServiceResponse.SerializeToString,
    )
    async with otlp_service("trace", handler, "127.0.0.1:0", tls) as address:
        collector.address = address
        yield collector


def _spans_of(request: ExportTraceServiceRequest) -> Iterable[CollectedSpan]:
    for resource in request.resource_spans:
        service = _texts(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield _collected(service, span)


def _collected(service: str, span: Span) -> CollectedSpan:
    return CollectedSpan(
        service=service,
        name=span.name,
        kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        is_error=span.status.code == Status.STATUS_CODE_ERROR,
        attributes=_texts(span.attributes),
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
    )


def _texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    values = {pair.key: pair.value for pair in attributes}
    return {
        key: str(getattr(value, value.WhichOneof("value") or "string_value"))
        for key, value in values.items()
    }
