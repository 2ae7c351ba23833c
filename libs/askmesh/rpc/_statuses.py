"""Errors of askmesh as gRPC statuses with typed details."""

from collections.abc import Mapping

from google.protobuf import duration_pb2, message
from grpc import StatusCode

from askmesh.errors import (
    AlreadyExistsError,
    AskmeshError,
    CancelledCallError,
    ConflictError,
    DeadlineError,
    FieldError,
    InvalidRequestError,
    NotFoundError,
    OutOfRangeError,
    OverloadedError,
    PassingError,
    PermissionDeniedError,
    PreconditionError,
    StartupError,
    TooManyCallsError,
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
)
from google.rpc import error_details_pb2, status_pb2

DOMAIN = "askmesh"
DETAILS_KEY = "grpc-status-details-bin"

# gRPC limits the size of all headers together to 8 KiB.
MAX_MESSAGE_CHARS = 1_000
MAX_METADATA_CHARS = 200

KINDS: dict[StatusCode, type[AskmeshError]] = {
    StatusCode.UNKNOWN: AskmeshError,
    StatusCode.INTERNAL: AskmeshError,
    StatusCode.DATA_LOSS: AskmeshError,
    StatusCode.INVALID_ARGUMENT: InvalidRequestError,
    StatusCode.NOT_FOUND: NotFoundError,
    StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    StatusCode.OUT_OF_RANGE: OutOfRangeError,
    StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    StatusCode.PERMISSION_DENIED: PermissionDeniedError,
    StatusCode.FAILED_PRECONDITION: PreconditionError,
    StatusCode.ABORTED: ConflictError,
    StatusCode.UNIMPLEMENTED: UnimplementedError,
    StatusCode.RESOURCE_EXHAUSTED: OverloadedError,
    StatusCode.UNAVAILABLE: UnavailableError,
    StatusCode.DEADLINE_EXCEEDED: DeadlineError,
    StatusCode.CANCELLED: CancelledCallError,
}
"""The kind of error that stands for each status. Where several share one, the first stands back."""

_CODES: Mapping[type[AskmeshError], StatusCode] = {
    StartupError: StatusCode.UNAVAILABLE,
    **{kind: code for code, kind in reversed(KINDS.items())},
}

_STATUSES: Mapping[int, StatusCode] = {status.value[0]: status for status in StatusCode}


def status_code_of(error: AskmeshError) -> StatusCode:
    """Return the gRPC status that stands for `error`."""
    return next(code for kind in type(error).__mro__ if (code := _CODES.get(kind)))


def status_number_of(error: AskmeshError) -> int:
    """Return the number of the gRPC status that stands for `error`."""
    return status_code_of(error).value[0]


def error_of_status(
    number: int, reason: str, message: str, *, field: str = "", retry_after_seconds: float = 1.0
) -> AskmeshError:
    """Return the error that a status stands for; one that nobody expected for unknown numbers."""
    kind = KINDS.get(_STATUSES.get(number, StatusCode.UNKNOWN), AskmeshError)
    if issubclass(kind, FieldError):
        return kind(reason, message, field=field)
    if issubclass(kind, PassingError):
        return kind(reason, message, retry_after_seconds=retry_after_seconds)
    return kind(reason, message)


def trailing_metadata_of(error: AskmeshError) -> tuple[tuple[str, str | bytes], ...]:
    """Return the metadata that carries the details of `error`."""
    status = status_pb2.Status(
        code=status_number_of(error),
        message=short_message(error.message),
    )
    for detail in _details(error):
        status.details.add().Pack(detail)
    return (
        (DETAILS_KEY, status.SerializeToString()),
        # The channel must not retry what the service refused: the caller decides.
        ("grpc-retry-pushback-ms", "-1"),
    )


def short_message(text: str) -> str:
    """Return `text`, cut to what fits into the headers of gRPC."""
    return _short(text, MAX_MESSAGE_CHARS)


def _details(error: AskmeshError) -> list[message.Message]:
    metadata = {key: _short(value, MAX_METADATA_CHARS) for key, value in error.metadata.items()}
    details: list[message.Message] = [
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)
    ]
    if isinstance(error, FieldError) and error.field:
        details.append(_bad_request(error.field, error))
    if isinstance(error, PassingError):
        delay = duration_pb2.Duration()
        delay.FromNanoseconds(round(error.retry_after_seconds * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    if isinstance(error, TooManyCallsError):
        details.append(_quota_failure(error.quota, error))
    return details


def _quota_failure(subject: str, error: AskmeshError) -> error_details_pb2.QuotaFailure:
    violation = error_details_pb2.QuotaFailure.Violation(
        subject=subject, description=short_message(error.message)
    )
    return error_details_pb2.QuotaFailure(violations=[violation])


def _bad_request(field: str, error: AskmeshError) -> error_details_pb2.BadRequest:
    violation = error_details_pb2.BadRequest.FieldViolation(
        field=field,
        description=short_message(error.message),
        reason=error.reason,
    )
    return error_details_pb2.BadRequest(field_violations=[violation])


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
