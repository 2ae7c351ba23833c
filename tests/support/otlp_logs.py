"""A collector of logs that speaks OTLP over gRPC, keeps what it gets, or refuses it."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from grpc import aio
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsPartialSuccess,
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from askmesh.transport import TlsFiles
from support.otlp_service import otlp_service


@dataclass
class LogsReceiver:
    """Keeps the records that come to `address`, each with its name and the service's."""

    address: str = ""
    records: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    exports: list[int] = field(default_factory=list[int])
    """How many records came in each export that was kept."""
    headers: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])
    rejects: bool = False
    """Whether it refuses the last record of each export, and says so as OTLP wants it."""

    async def export(
        self, request: ExportLogsServiceRequest, context: aio.ServicerContext[Any, Any]
    ) -> ExportLogsServiceResponse:
        self.headers.append(dict(context.invocation_metadata() or ()))
        if self.rejects:
            partial = ExportLogsPartialSuccess(rejected_log_records=1, error_message="too long")
            return ExportLogsServiceResponse(partial_success=partial)
        came = [
            {
                "service": _values(resource.resource.attributes)["service.name"],
                "name": record.event_name,
                "nanoseconds": record.time_unix_nano,
                **_values(record.attributes),
            }
            for resource in request.resource_logs
            for scope in resource.scope_logs
            for record in scope.log_records
        ]
        self.records += came
        self.exports.append(len(came))
        return ExportLogsServiceResponse()


@asynccontextmanager
async def logs_receiver(
    address: str = "127.0.0.1:0", tls: TlsFiles | None = None
) -> AsyncGenerator[LogsReceiver]:
    """Receive records until the block ends; with `tls`, from who has a certificate."""
    receiver = LogsReceiver()
    handler = grpc.unary_unary_rpc_method_handler(
        receiver.export,
        ExportLogsServiceRequest.FromString,
        ExportLogsServiceResponse.SerializeToString,
    )
    async with otlp_service("logs", handler, address, tls) as own:
        receiver.address = own
        yield receiver


def _values(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> object:
    if value.HasField("array_value"):
        return [_value(each) for each in value.array_value.values]
    return getattr(value, value.WhichOneof("value") or "string_value")
