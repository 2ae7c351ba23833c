"""Filters on the wire."""

from datetime import UTC, datetime
from typing import Literal

from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import passage_pb2
from askmesh.errors import InvalidRequestError

MAX_SOURCES = 100
MAX_DOCUMENT_IDS = 1000
MAX_ATTRIBUTES = 20

_TimeField = Literal["modified_after_time", "modified_before_time"]


def require_filter(message: passage_pb2.Filter) -> None:
    """Raise `InvalidRequestError` if a filter has too many entries or times that make no sense."""
    for name, count, limit in (
        ("sources", len(message.sources), MAX_SOURCES),
        ("document_ids", len(message.document_ids), MAX_DOCUMENT_IDS),
        ("attributes", len(message.attributes), MAX_ATTRIBUTES),
    ):
        if count > limit:
            raise _invalid(name, f"must have at most {limit} entries")
    modified_times_from_wire(message)


def modified_times_from_wire(
    message: passage_pb2.Filter,
) -> tuple[datetime | None, datetime | None]:
    """Return the earliest time and the one to stay before; None where there is no such bound.

    Raise `InvalidRequestError` for a time outside of the calendar, and for an empty range.
    """
    after = _time(message, "modified_after_time")
    before = _time(message, "modified_before_time")
    if after is not None and before is not None and after >= before:
        raise _invalid("modified_before_time", "must be later than modified_after_time")
    return after, before


def _time(message: passage_pb2.Filter, name: _TimeField) -> datetime | None:
    if not message.HasField(name):
        return None
    timestamp: Timestamp = getattr(message, name)
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _invalid(name, "must be a time between the years 1 and 9999") from error


def _invalid(name: str, problem: str) -> InvalidRequestError:
    field = f"filter.{name}"
    return InvalidRequestError("FILTER_INVALID", f"{field} {problem}", field=field)
