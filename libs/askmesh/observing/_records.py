"""Records of logs as they arrive: what services keep for an audit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from askmesh.observing._spans import texts_of

_NANOSECONDS = 1e9


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """Something that a service records, in one line, and when it happened, as logs write it."""

    service: str
    time: str
    text: str


def records_of(request: ExportLogsServiceRequest) -> Iterator[SeenRecord]:
    """Yield the records of an export."""
    for resource in request.resource_logs:
        service = texts_of(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_logs:
            for record in scope.log_records:
                yield _seen(service, record)


def _seen(service: str, record: LogRecord) -> SeenRecord:
    time = datetime.fromtimestamp(record.time_unix_nano / _NANOSECONDS, UTC)
    told = (f"{name}={value}" for name, value in texts_of(record.attributes).items())
    text = " ".join((record.event_name, *told))
    return SeenRecord(service, time.isoformat(timespec="milliseconds"), text)
