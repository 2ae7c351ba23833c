"""Passages and filters on the wire."""

from datetime import UTC, datetime
from typing import Literal

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import passage_pb2
from askmesh.errors import InvalidRequestError
from askmesh.passages._filter import Filter
from askmesh.passages._passage import Passage

MAX_SOURCES = 100
MAX_DOCUMENT_IDS = 1000
MAX_ATTRIBUTES = 20

_TimeField = Literal["modified_after_time", "modified_before_time"]


def passage_to_wire(passage: Passage) -> passage_pb2.Passage:
    """Return the message for a passage."""
    return passage_pb2.Passage(
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        title=passage.title,
        headings=passage.headings,
        text=passage.text,
        source=passage.source,
        position=passage.position,
        revision=passage.revision,
        modified_time=time_to_wire(passage.modified_time),
        attributes=passage.attributes,
    )


def passage_from_wire(message: passage_pb2.Passage) -> Passage:
    """Return the passage in a message."""
    has_time = message.HasField("modified_time")
    return Passage(
        passage_id=message.passage_id,
        document_id=message.document_id,
        title=message.title,
        headings=tuple(message.headings),
        text=message.text,
        source=message.source,
        position=message.position,
        revision=message.revision,
        modified_time=message.modified_time.ToDatetime(tzinfo=UTC) if has_time else None,
        attributes=dict(message.attributes),
    )


def filter_to_wire(passage_filter: Filter) -> passage_pb2.Filter:
    """Return the message for a filter."""
    return passage_pb2.Filter(
        sources=passage_filter.sources,
        document_ids=passage_filter.document_ids,
        modified_after_time=time_to_wire(passage_filter.modified_after),
        modified_before_time=time_to_wire(passage_filter.modified_before),
        attributes=passage_filter.attributes,
    )


def filter_from_wire(message: passage_pb2.Filter) -> Filter:
    """Return the filter in a message. Raise `InvalidRequestError` as `require_filter` does."""
    require_filter(message)
    return Filter(
        sources=tuple(message.sources),
        document_ids=tuple(message.document_ids),
        modified_after=_time(message, "modified_after_time"),
        modified_before=_time(message, "modified_before_time"),
        attributes=dict(message.attributes),
    )


def require_filter(message: passage_pb2.Filter) -> None:
    """Raise `InvalidRequestError` if a filter has too many entries or times that make no sense.

    Such are times outside of the calendar, and empty ranges.
    """
    for name, count, limit in (
        ("sources", len(message.sources), MAX_SOURCES),
        ("document_ids", len(message.document_ids), MAX_DOCUMENT_IDS),
        ("attributes", len(message.attributes), MAX_ATTRIBUTES),
    ):
        if count > limit:
            raise _invalid(name, f"must have at most {limit} entries")
    after = _time(message, "modified_after_time")
    before = _time(message, "modified_before_time")
    if after is not None and before is not None and after >= before:
        raise _invalid("modified_before_time", "must be later than modified_after_time")


def time_to_wire(time: datetime | None) -> Timestamp | None:
    """Return the message for a time, if there is one. Times without a zone are in UTC."""
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp


def duration_to_wire(seconds: float) -> Duration:
    """Return the message for a duration."""
    duration = Duration()
    duration.FromNanoseconds(round(seconds * 1e9))
    return duration


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
