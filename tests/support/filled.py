"""Messages with every field set, and every field different."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import TypeVar, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

M = TypeVar("M", bound=Message)

_WHOLE_NUMBERS = (
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_UINT64,
)


def filled(kind: type[M], numbers: Iterator[int] | None = None, **choices: str) -> M:
    """Return a message with all of its fields set, those of its parts included, by its descriptor.

    No two fields have the same value, as far as their types allow. `choices` names the field to
    set of each oneof; without a choice it is the first.
    """
    message = kind()
    _fill(message, numbers or count(1), choices)
    return message


def _fill(message: Message, numbers: Iterator[int], choices: dict[str, str]) -> None:
    if isinstance(message, Timestamp | Duration):
        message.FromNanoseconds(next(numbers) * 1_000_000_007)
        return
    for field in cast("Iterable[FieldDescriptor]", message.DESCRIPTOR.fields):
        oneof = field.containing_oneof
        if oneof is not None and choices.get(oneof.name, oneof.fields[0].name) != field.name:
            continue
        _set(message, field, numbers)


def _set(message: Message, field: FieldDescriptor, numbers: Iterator[int]) -> None:
    value = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value.update({f"key {next(numbers)}": f"value {next(numbers)}" for _ in range(2)})
    elif field.message_type is not None:
        for part in [value.add(), value.add()] if field.is_repeated else [value]:
            _fill(part, numbers, {})
    elif field.is_repeated:
        value.extend([_scalar(field, numbers), _scalar(field, numbers)])
    else:
        setattr(message, field.name, _scalar(field, numbers))


def _scalar(field: FieldDescriptor, numbers: Iterator[int]) -> object:
    number = next(numbers)
    if field.cpp_type in _WHOLE_NUMBERS:
        return number
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_ENUM:
            values = field.enum_type.values[1:] if field.enum_type else ()
            return values[number % len(values)].number
        case FieldDescriptor.CPPTYPE_STRING:
            return f"text {number}"
        case FieldDescriptor.CPPTYPE_DOUBLE:
            return number + 0.5
        case FieldDescriptor.CPPTYPE_BOOL:
            return True
        case other:
            raise NotImplementedError(f"a value of type {other}")
