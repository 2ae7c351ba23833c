"""Messages and values whose fields all differ, and their leaves to compare them by."""

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import count
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st

M = TypeVar("M", bound=Message)
V = TypeVar("V")
Leaves: TypeAlias = dict[str, object]
Field: TypeAlias = Any  # protobuf has two kinds of descriptors, and one type for both nowhere

_NUMBERS = {FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64}
_POSITIVE = {FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64}
_FRACTIONS = {FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT}


@st.composite
def messages(draw: st.DrawFn, /, kind: type[M]) -> M:
    """Draw a message of `kind`: numbers, texts and times all differ, at any depth.

    What is drawn is which choice of a oneof is set, which optional fields are, how long lists are,
    and the values of enums and flags.
    """
    message = kind()
    _fill(message, draw, count(1))
    return message


def _fill(message: Message, draw: st.DrawFn, numbers: Iterator[int]) -> None:
    if isinstance(message, Timestamp | Duration):
        message.seconds, message.nanos = next(numbers), 250_000_000
        return
    choices = {
        oneof.name: draw(st.sampled_from([field.name for field in oneof.fields]))
        for oneof in message.DESCRIPTOR.oneofs
    }
    for field in message.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        is_optional = oneof is not None and len(oneof.fields) == 1
        if is_optional:
            if not draw(st.booleans()):
                continue
        elif oneof is not None and choices[oneof.name] != field.name:
            continue
        _set(message, field, draw, numbers)


def _set(message: Message, field: Field, draw: st.DrawFn, numbers: Iterator[int]) -> None:
    current: Any = getattr(message, field.name)
    if _is_map(field):
        for _ in range(draw(st.integers(1, 2))):
            key = f"key{next(numbers)}"
            current[key] = _scalar(field.message_type.fields_by_name["value"], draw, numbers)
    elif field.is_repeated:
        for _ in range(draw(st.integers(1, 2))):
            if field.message_type is not None:
                _fill(current.add(), draw, numbers)
            else:
                current.append(_scalar(field, draw, numbers))
    elif field.message_type is not None:
        current.SetInParent()
        _fill(current, draw, numbers)
    else:
        setattr(message, field.name, _scalar(field, draw, numbers))


def _scalar(field: Field, draw: st.DrawFn, numbers: Iterator[int]) -> object:
    if field.enum_type is not None:
        known = [value.number for value in field.enum_type.values if value.number]
        return draw(st.sampled_from(known))
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return draw(st.booleans())
    number = next(numbers)
    if field.cpp_type in _NUMBERS | _POSITIVE:
        return number
    if field.cpp_type in _FRACTIONS:
        return number / 64
    text = f"{field.name} {number}"
    return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text


@st.composite
def values(draw: st.DrawFn, /, kind: type[V]) -> V:
    """Draw a value of `kind`, as `messages` draws a message."""
    return cast("V", _value(kind, draw, count(1)))


def _value(kind: Any, draw: st.DrawFn, numbers: Iterator[int]) -> object:  # noqa: ANN401 - what annotations are
    inner: tuple[Any, ...] = get_args(kind)
    if isinstance(kind, types.UnionType):
        return _value(draw(st.sampled_from(inner)), draw, numbers)
    if get_origin(kind) is Literal:
        return draw(st.sampled_from(inner))
    if get_origin(kind) is tuple:
        return tuple(_value(inner[0], draw, numbers) for _ in range(draw(st.integers(1, 2))))
    if get_origin(kind) is Mapping:
        return {f"key{next(numbers)}": f"value{next(numbers)}"}
    if kind not in _SIMPLE and issubclass(kind, Enum):
        return draw(st.sampled_from(list(kind)))
    return _plain(kind, draw, numbers)


def _plain(kind: Any, draw: st.DrawFn, numbers: Iterator[int]) -> object:  # noqa: ANN401 - what annotations are
    if kind in _SIMPLE:
        return _SIMPLE[kind](draw, next(numbers))
    hints = get_type_hints(kind.__init__)
    del hints["return"]
    return kind(**{name: _value(hint, draw, numbers) for name, hint in hints.items()})


_SIMPLE: dict[Any, Callable[[st.DrawFn, int], object]] = {
    types.NoneType: lambda _, __: None,
    bool: lambda draw, _: draw(st.booleans()),
    int: lambda _, number: number,
    float: lambda _, number: number / 64,
    str: lambda _, number: f"text {number}",
    bytes: lambda _, number: b"bytes %d" % number,
    frozenset[str]: lambda _, number: frozenset({f"text {number}"}),
    datetime: lambda _, number: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=number),
}


def leaves_of_message(message: Message) -> Leaves:
    """What a message says, by the paths of its fields; fields that are not set say nothing."""
    return dict(_message_leaves(message, ""))


def _message_leaves(message: Message, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(message, Timestamp):
        yield path, message.ToDatetime(tzinfo=UTC)
        return
    if isinstance(message, Duration):
        yield path, message.ToTimedelta().total_seconds()
        return
    for field in message.DESCRIPTOR.fields:
        value: Any = getattr(message, field.name)
        here = f"{path}.{field.name}".lstrip(".")
        if field.has_presence and not message.HasField(field.name):
            continue
        if _is_map(field):
            yield from ((f"{here}.{key}", value[key]) for key in value)
        elif field.is_repeated:
            for index, item in enumerate(value):
                yield from _leaf(field, item, f"{here}.{index}")
        else:
            yield from _leaf(field, value, here)


def _leaf(field: Field, value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Message):
        yield from _message_leaves(value, path)
    elif field.enum_type is not None:
        prefix = field.enum_type.values_by_number[0].name.removesuffix("UNSPECIFIED")
        yield path, field.enum_type.values_by_number[value].name.removeprefix(prefix)
    else:
        yield path, value


def _is_map(field: Field) -> bool:
    kind = field.message_type
    return kind is not None and bool(kind.GetOptions().map_entry)


def leaves_of_value(value: object, renamed: Mapping[str, str]) -> Leaves:
    """What a dataclass says, by the paths of its fields, each part by its name in the contract."""
    return dict(_value_leaves(value, "", renamed))


def _value_leaves(
    value: object, path: str, renamed: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            here = f"{path}.{renamed.get(field.name, field.name)}".strip(".")
            yield from _value_leaves(getattr(value, field.name), here, renamed)
    elif isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        yield from ((f"{path}.{key}", entries[key]) for key in entries)
    elif isinstance(value, frozenset):
        in_order = sorted(cast("frozenset[str]", value), key=lambda each: (len(each), each))
        yield from ((f"{path}.{index}", each) for index, each in enumerate(in_order))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(cast("Sequence[object]", value)):
            yield from _value_leaves(item, f"{path}.{index}", renamed)
    elif isinstance(value, Enum):
        yield path, value.name
    elif isinstance(value, datetime):
        yield path, value.astimezone(UTC)
    elif value is not None:
        yield path, value
