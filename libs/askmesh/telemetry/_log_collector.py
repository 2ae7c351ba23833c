"""Records for a collector of logs, which says whether it has kept them."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from os import environ
from typing import TypeAlias

import grpc
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import (
    SEVERITY_NUMBER_INFO,
    LogRecord,
    ResourceLogs,
    ScopeLogs,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource as ResourceMessage
from opentelemetry.sdk.environment_variables import OTEL_EXPORTER_OTLP_HEADERS
from opentelemetry.util.re import parse_env_headers

from askmesh.telemetry._opening import resource_of
from askmesh.transport import TlsFiles, credentials_for

EXPORT = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
EXPORT_SECONDS = 5.0
EXPORT_BYTES = 1_000_000
"""Of how many bytes an export is at most; collectors take four times as much by default."""

_OPTIONS = (
    # Else a collector that is back is not called for up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1_000),
)
_EPOCH = datetime.fromtimestamp(0, UTC)
RecordedValue: TypeAlias = str | int | Sequence[str]


@dataclass(frozen=True, slots=True)
class CollectedRecord:
    """Something that happened, by its name, with what is to be said about it."""

    name: str
    time: datetime
    attributes: Mapping[str, RecordedValue]


class LogCollector:
    """Takes a service's records. Opened by `log_collector`; blocks while it is called."""

    def __init__(self, service: str, channel: grpc.Channel) -> None:
        attributes = resource_of(service).attributes
        self._resource = ResourceMessage(
            attributes=[_pair(name, str(value)) for name, value in attributes.items()]
        )
        self._headers = tuple(
            parse_env_headers(environ.get(OTEL_EXPORTER_OTLP_HEADERS, ""), liberal=True).items()
        )
        self._export = channel.unary_unary(
            EXPORT,
            request_serializer=ExportLogsServiceRequest.SerializeToString,
            response_deserializer=ExportLogsServiceResponse.FromString,
        )

    def send(self, records: Sequence[CollectedRecord]) -> int:
        """Send the first of the records, as many as one export holds; return how many.

        Raise `OSError` if the collector has not kept each of them, though it may have kept some.
        """
        messages = _fitting([_message(each) for each in records])
        scope = ScopeLogs(log_records=messages)
        logs = ResourceLogs(resource=self._resource, scope_logs=[scope])
        try:
            response = self._export(
                ExportLogsServiceRequest(resource_logs=[logs]),
                timeout=EXPORT_SECONDS,
                metadata=self._headers,
            )
        except grpc.RpcError as error:
            raise OSError(f"{error.code().name}: {error.details()}") from error
        if rejected := response.partial_success.rejected_log_records:
            raise OSError(f"{rejected} records rejected: {response.partial_success.error_message}")
        return len(messages)


@contextmanager
def log_collector(service: str, endpoint: str, tls: TlsFiles | None) -> Generator[LogCollector]:
    """Yield the collector at `endpoint`, by TLS with these files, until the block ends.

    Raise `StartupError` if the files cannot be used. Whether it can be reached is not tried.
    """
    channel = (
        grpc.insecure_channel(endpoint, _OPTIONS)
        if tls is None
        else grpc.secure_channel(endpoint, credentials_for(tls), _OPTIONS)
    )
    with channel:
        yield LogCollector(service, channel)


def _fitting(messages: Sequence[LogRecord]) -> Sequence[LogRecord]:
    """Return the first messages: as many as fit into an export, one at least."""
    room = EXPORT_BYTES
    for count, each in enumerate(messages):
        room -= each.ByteSize()
        if room < 0:
            return messages[: max(1, count)]
    return messages


def _message(record: CollectedRecord) -> LogRecord:
    nanoseconds = (record.time - _EPOCH) // timedelta(microseconds=1) * 1_000
    return LogRecord(
        time_unix_nano=nanoseconds,
        observed_time_unix_nano=nanoseconds,
        severity_number=SEVERITY_NUMBER_INFO,
        severity_text="INFO",
        event_name=record.name,
        body=AnyValue(string_value=record.name),
        attributes=[_pair(name, value) for name, value in record.attributes.items()],
    )


def _pair(name: str, value: RecordedValue) -> KeyValue:
    return KeyValue(key=name, value=_value(value))


def _value(value: RecordedValue) -> AnyValue:
    if isinstance(value, str):
        # Names may hold halves of characters, which are none in UTF-8.
        return AnyValue(string_value=value.encode(errors="backslashreplace").decode())
    if isinstance(value, int):
        return AnyValue(int_value=value)
    return AnyValue(array_value=ArrayValue(values=[_value(each) for each in value]))
