"""Values from the messages of the mesh: their fields are those of the messages, by name."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.client._events import (
    Citation,
    Completed,
    Degradation,
    Event,
    OtherEvent,
    PlanMade,
    SourcesFound,
    SourcesRanked,
    TableDelta,
    TextDelta,
    UnsupportedSpan,
)
from askmesh.passages import (
    AccessList,
    Filter,
    Passage,
    access_from_wire,
    filter_from_wire,
    passage_from_wire,
)

V = TypeVar("V")
_Field: TypeAlias = Any  # protobuf has two kinds of descriptors, and one type for both nowhere

_EVENTS: Mapping[str | None, type[Event]] = {
    "plan_made": PlanMade,
    "sources_found": SourcesFound,
    "sources_ranked": SourcesRanked,
    "text_delta": TextDelta,
    "table_delta": TableDelta,
    "citation": Citation,
    "unsupported_span": UnsupportedSpan,
    "degradation": Degradation,
    "completed": Completed,
}
_NAMES_OF_THE_CONTRACT = {
    "number": "source_number",
    "prompt_tokens": "prompt_token_count",
    "completion_tokens": "completion_token_count",
    "start_seconds": "start_duration",
    "elapsed_seconds": "elapsed_duration",
}


def _time(message: Timestamp) -> datetime:
    return message.ToDatetime(tzinfo=UTC)


_SPECIAL: Mapping[object, Callable[[Any], object]] = {
    Passage: passage_from_wire,
    Filter: filter_from_wire,
    datetime: _time,
    AccessList: access_from_wire,
}


def event_from_message(message: AnswerEvent) -> Event:
    """Return the event that a message carries."""
    name = message.WhichOneof("event")
    if name is None or (kind := _EVENTS.get(name)) is None:
        return decoded(OtherEvent, message)
    body = getattr(message, name)
    return decoded(kind, body, answer_id=message.answer_id, sequence=message.sequence)


def decoded(kind: type[V], message: Message, **known: object) -> V:
    """Return the value of a dataclass that a message carries, beside what is known of it.

    What is not set is None where the value may be None, and what an empty message says elsewhere.
    """
    values = {
        name: _value(hint, message, _NAMES_OF_THE_CONTRACT.get(name, name))
        for name, hint in _fields(cast("Any", kind)).items()
        if name not in known
    }
    return kind(**known, **values)


@cache
def _fields(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - mypy takes no class for hashable
    return get_type_hints(kind)


def _value(hint: Any, message: Message, name: str) -> object:  # noqa: ANN401 - what annotations are
    field: _Field = message.DESCRIPTOR.fields_by_name[name]
    value = getattr(message, name)
    inner = get_args(hint)
    if get_origin(hint) is Mapping:
        return dict(value)
    if field.is_repeated:
        return tuple(_single(inner[0], each, field) for each in value)
    if NoneType in inner:
        return _single(inner[0], value, field) if message.HasField(name) else None
    return _single(hint, value, field)


def _single(hint: Any, value: Any, field: _Field) -> object:  # noqa: ANN401 - what annotations are
    if convert := _SPECIAL.get(hint):
        return convert(value)
    if isinstance(value, Duration):
        return value.seconds + value.nanos / 1e9
    if isinstance(value, Message):
        return decoded(hint, value)
    return _member(hint, field, value) if issubclass(hint, StrEnum) else value


def _member(kind: type[StrEnum], field: _Field, number: int) -> StrEnum:
    """Return the member of the same name; UNKNOWN for what a newer service adds."""
    value = field.enum_type.values_by_number.get(number)
    prefix = field.enum_type.values_by_number[0].name.removesuffix("UNSPECIFIED")
    name = value.name.removeprefix(prefix) if value else ""
    return kind.__members__.get(name, kind["UNKNOWN"])
