"""Reading the errors of calls: why, which field, when to try again."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar

from google.protobuf.message import DecodeError, Message
from grpc import StatusCode
from grpc.aio import AioRpcError

from askmesh.errors import (
    AskmeshError,
    DeadlineError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    UnavailableError,
)
from askmesh.rpc._statuses import DETAILS_KEY, DOMAIN
from google.rpc import error_details_pb2, status_pb2

M = TypeVar("M", bound=Message)

_NAMES_OF_PARAMETERS = {"reason", "message", "field", "retry_after_seconds"}


def reason_of(error: AioRpcError) -> str:
    """Return the reason of a failed call, "" if the other side gave none."""
    return _info(error).reason


def field_violations_of(error: AioRpcError) -> list[str]:
    """Return the paths of the fields that the other side refused."""
    details = _detail(error, error_details_pb2.BadRequest)
    return [violation.field for violation in details.field_violations] if details else []


def retry_delay_of(error: AioRpcError) -> float | None:
    """Return after how many seconds to try again, None if the other side did not say."""
    details = _detail(error, error_details_pb2.RetryInfo)
    return details.retry_delay.ToTimedelta().total_seconds() if details else None


@contextmanager
def upstream_errors(service: str) -> Generator[None]:
    """Turn failures of the block's calls into errors that the caller can act on.

    `service` is the upstream's name, such as "retrieval". A failure that it gave a reason for
    keeps reason, message and metadata; a defect of it is an `AskmeshError` with the reason
    `UNEXPECTED_FAILURE`. A failure without a reason, as of an upstream that is gone, is an
    `UnavailableError` with the reason `RETRIEVAL_UNAVAILABLE`.
    """
    try:
        yield
    except AioRpcError as error:
        raise _translated(error, service) from error


def _translated(error: AioRpcError, service: str) -> AskmeshError:
    info = _info(error)
    return _explained(error, info) if info.reason else _unexplained(error, service)


def _explained(error: AioRpcError, info: error_details_pb2.ErrorInfo) -> AskmeshError:
    reason, message = info.reason, error.details() or ""
    metadata = {key: info.metadata[key] for key in info.metadata if key not in _NAMES_OF_PARAMETERS}
    field, seconds = "".join(field_violations_of(error)[:1]), _retry_after(error)
    match error.code():
        case StatusCode.INVALID_ARGUMENT:
            return InvalidRequestError(reason, message, field=field, **metadata)
        case StatusCode.NOT_FOUND:
            return NotFoundError(reason, message, field=field, **metadata)
        case StatusCode.DEADLINE_EXCEEDED:
            return DeadlineError(reason, message, **metadata)
        case StatusCode.RESOURCE_EXHAUSTED:
            return OverloadedError(reason, message, retry_after_seconds=seconds, **metadata)
        case StatusCode.UNAVAILABLE:
            return UnavailableError(reason, message, retry_after_seconds=seconds, **metadata)
        case _:
            return AskmeshError(reason, message, **metadata)


def _unexplained(error: AioRpcError, service: str) -> AskmeshError:
    message = error.details()
    match error.code():
        case StatusCode.DEADLINE_EXCEEDED:
            return DeadlineError(
                "DEADLINE_EXCEEDED", message or f"{service} did not answer in time"
            )
        case StatusCode.RESOURCE_EXHAUSTED:
            return OverloadedError(
                f"{service.upper()}_OVERLOADED", message or f"{service} has no room now"
            )
        case code:
            return UnavailableError(
                f"{service.upper()}_UNAVAILABLE", f"{service} does not work now ({code.name})"
            )


def _retry_after(error: AioRpcError) -> float:
    delay = retry_delay_of(error)
    return 1.0 if delay is None else delay


def _info(error: AioRpcError) -> error_details_pb2.ErrorInfo:
    info = _detail(error, error_details_pb2.ErrorInfo)
    return info if info and info.domain == DOMAIN else error_details_pb2.ErrorInfo()


def _detail(error: AioRpcError, kind: type[M]) -> M | None:
    trailing = error.trailing_metadata()
    packed = trailing.get(DETAILS_KEY) if trailing is not None else None
    if not isinstance(packed, bytes):
        return None
    detail = kind()
    try:
        status = status_pb2.Status.FromString(packed)
        found = any(candidate.Unpack(detail) for candidate in status.details)
    except DecodeError:
        return None
    return detail if found else None
