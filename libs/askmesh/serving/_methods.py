"""A method that is served: what it does, and its messages as bytes and back."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from google.protobuf.message import DecodeError
from grpc import aio

from askmesh.errors import InvalidRequestError
from askmesh.rpc import MAX_MESSAGE_BYTES

Context: TypeAlias = aio.ServicerContext[object, object]
Behaviour: TypeAlias = Callable[[object, Context], Awaitable[object] | AsyncGenerator[object]]
Read: TypeAlias = Callable[[bytes], object]
Write: TypeAlias = Callable[[object], bytes]


@dataclass(frozen=True, slots=True)
class ServedMethod:
    """A method of a service, as its servicer implements it."""

    name: str
    behaviour: Behaviour
    takes_stream: bool
    write: Write
    parts: tuple[str, str] = field(init=False)
    """Its service and its name there."""

    def __post_init__(self) -> None:
        service, _, name = self.name.lstrip("/").partition("/")
        object.__setattr__(self, "parts", (service, name))

    async def request(self, requests: object, context: Context) -> object:
        """Return what the behaviour takes: the stream of requests, or the only one."""
        if self.takes_stream:
            return requests
        request = await context.read()
        if request is aio.EOF:
            raise InvalidRequestError("REQUEST_MISSING", "the call brings no request")
        return request


def reading(parse: Read | None) -> Read:
    """Return `parse` with an `InvalidRequestError` for bytes that are no such message."""

    def read(data: bytes) -> object:
        _require_size("request", data)
        if parse is None:
            return data
        try:
            return parse(data)
        except DecodeError as error:
            raise InvalidRequestError(
                "REQUEST_NOT_PROTOBUF", "the request is not the message of this method"
            ) from error

    return read


def writing(dump: Write | None) -> Write:
    """Return `dump` with an `InvalidRequestError` for messages that gRPC would not send."""

    def write(message: object) -> bytes:
        data = dump(message) if dump else cast("bytes", message)
        _require_size("response", data)
        return data

    return write


def _require_size(what: str, data: bytes) -> None:
    if len(data) > MAX_MESSAGE_BYTES:
        raise InvalidRequestError(
            f"{what.upper()}_TOO_LARGE",
            f"the {what} has {len(data)} bytes, more than {MAX_MESSAGE_BYTES}",
            bytes=str(len(data)),
            max_bytes=str(MAX_MESSAGE_BYTES),
        )
