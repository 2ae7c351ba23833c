"""Logs as JSON lines, each with the ids of its trace."""

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

from opentelemetry.trace import get_current_span

FIELDS = "askmesh_fields"


def log_fields(**fields: str | float) -> dict[str, object]:
    """Return the `extra=` of a log call that adds `fields` to the line. Empty ones are left out."""
    return {FIELDS: {name: value for name, value in fields.items() if value != ""}}


class JsonFormatter(logging.Formatter):
    """Write a record as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": record.getMessage(),
            **_trace_ids(),
            **getattr(record, FIELDS, {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


@contextmanager
def json_logs(service: str) -> Generator[None]:
    """Write logs to stderr until the block ends. Services in one process share one writer."""
    root, ours = logging.getLogger(), logging.getLogger("askmesh")
    if any(isinstance(handler.formatter, JsonFormatter) for handler in root.handlers):
        yield
        return
    handler, level = logging.StreamHandler(), ours.level
    handler.setFormatter(JsonFormatter(service))
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield
    finally:
        ours.setLevel(level)
        root.removeHandler(handler)


def _trace_ids() -> dict[str, str]:
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
