"""Errors that a caller can act on. They carry a reason, and know nothing of gRPC."""

from askmesh.errors._errors import (
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
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
)
from askmesh.errors._groups import expected_error, single_failure

__all__ = [
    "AlreadyExistsError",
    "AskmeshError",
    "CancelledCallError",
    "ConflictError",
    "DeadlineError",
    "FieldError",
    "InvalidRequestError",
    "NotFoundError",
    "OutOfRangeError",
    "OverloadedError",
    "PassingError",
    "PermissionDeniedError",
    "PreconditionError",
    "StartupError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnimplementedError",
    "expected_error",
    "single_failure",
]
