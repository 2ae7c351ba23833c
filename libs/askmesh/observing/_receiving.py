"""A server of OTLP over gRPC."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import grpc
from grpc import aio
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from askmesh.observing._keeping import Kept
from askmesh.observing._records import records_of
from askmesh.observing._spans import spans_of

STOP_SECONDS = 0.5
_TRACES = "opentelemetry.proto.collector.trace.v1.TraceService"
_LOGS = "opentelemetry.proto.collector.logs.v1.LogsService"


@asynccontextmanager
async def receiving(kept: Kept, address: str) -> AsyncGenerator[int]:
    """Keep traces and records of logs that come to `address`, until the block ends.

    Yields the port. Raise `OSError` if nothing can listen there.
    """
    server = aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers([_taking_traces(kept), _taking_logs(kept)])
    try:
        port = server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"nothing can listen at {address}") from error
    await server.start()
    try:
        yield port
    finally:
        await server.stop(STOP_SECONDS)


def _taking_traces(kept: Kept) -> grpc.GenericRpcHandler:
    async def export(request: ExportTraceServiceRequest, _: object) -> ExportTraceServiceResponse:
        kept.add_spans(spans_of(request))
        return ExportTraceServiceResponse()

    method = grpc.unary_unary_rpc_method_handler(
        export, ExportTraceServiceRequest.FromString, ExportTraceServiceResponse.SerializeToString
    )
    return grpc.method_handlers_generic_handler(_TRACES, {"Export": method})


def _taking_logs(kept: Kept) -> grpc.GenericRpcHandler:
    async def export(request: ExportLogsServiceRequest, _: object) -> ExportLogsServiceResponse:
        kept.add_records(records_of(request))
        return ExportLogsServiceResponse()

    method = grpc.unary_unary_rpc_method_handler(
        export, ExportLogsServiceRequest.FromString, ExportLogsServiceResponse.SerializeToString
    )
    return grpc.method_handlers_generic_handler(_LOGS, {"Export": method})
