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
    FieldError,
    InvalidRequestError,
    OverloadedError,
    PassingError,
    TooManyCallsError,
    UnreachableError,
)
from askmesh.rpc._statuses import DETAILS_KEY, DOMAIN, KINDS
from google.rpc import error_details_pb2, status_pb2

M = TypeVar("M", bound=Message)

_NAMES_OF_PARAMETERS = {"reason", "message", "field", "quota", "retry_after_seconds"}

# gRPC's own words: its status for this is the one of a service without room.
_TOO_LARGE = "message larger than max"

# What gRPC says of a connection that broke: nobody here gave the call up, and services explain
# their own defects. A write to a call that has just ended counts as INTERNAL, too.
_BROKEN = {StatusCode.UNAVAILABLE, StatusCode.CANCELLED, StatusCode.INTERNAL}


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


def quota_of(error: AioRpcError) -> str:
    """Return whose quota a call exceeds and of what, such as "tenant:blue/documents", else ""."""
    details = _detail(error, error_details_pb2.QuotaFailure)
    return details.violations[0].subject if details and details.violations else ""


@contextmanager
def upstream_errors(service: str) -> Generator[None]:
    """Turn failures of the block's calls into errors that the caller can act on.

    `service` is the upstream's name, such as "retrieval". A failure that it gave a reason for
    keeps kind, reason, message and metadata; a defect of it is an `AskmeshError` with the reason
    `UNEXPECTED_FAILURE`. A failure without a reason gets one from its status, such as
    `RETRIEVAL_UNAVAILABLE`, an `UnreachableError`, where the upstream is gone. Failures whose
    status says that the request is refused are never an `UnavailableError`: trying again does
    not help.
    """
    try:
        yield
    except AioRpcError as error:
        raise _translated(error, service) from error


def _translated(error: AioRpcError, service: str) -> AskmeshError:
    info = _info(error)
    return _explained(error, info) if info.reason else _unexplained(error, service)


def _explained(error: AioRpcError, info: error_details_pb2.ErrorInfo) -> AskmeshError:
    kind, message = KINDS.get(error.code(), AskmeshError), error.details() or ""
    metadata = {key: info.metadata[key] for key in info.metadata if key not in _NAMES_OF_PARAMETERS}
    if issubclass(kind, FieldError):
        field = "".join(field_violations_of(error)[:1])
        return kind(info.reason, message, field=field, **metadata)
    quota, seconds = quota_of(error), retry_delay_of(error)
    if quota and seconds is not None:
        return TooManyCallsError(
            info.reason, message, quota=quota, retry_after_seconds=seconds, **metadata
        )
    if issubclass(kind, PassingError):
        return kind(
            info.reason,
            message,
            retry_after_seconds=1.0 if seconds is None else seconds,
            **metadata,
        )
    return kind(info.reason, message, **metadata)


def _unexplained(error: AioRpcError, service: str) -> AskmeshError:
    code, message = error.code(), error.details() or ""
    if _TOO_LARGE in message:
        return InvalidRequestError("MESSAGE_TOO_LARGE", message)
    if code is StatusCode.DEADLINE_EXCEEDED:
        return DeadlineError("DEADLINE_EXCEEDED", message or f"{service} did not answer in time")
    if code in _BROKEN:  # with a message that has addresses in it
        return UnreachableError(
            f"{service.upper()}_UNAVAILABLE", f"{service} does not work now ({code.name})"
        )
    if code is StatusCode.RESOURCE_EXHAUSTED:
        return OverloadedError(
            f"{service.upper()}_OVERLOADED", message or f"{service} has no room now"
        )
    kind, reason = KINDS.get(code, AskmeshError), f"{service.upper()}_{code.name}"
    return kind(reason, message or f"{service} refuses this ({code.name})")


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
