"""Errors that a caller can act on. They carry a reason, and know nothing of gRPC."""

from askmesh.errors._errors import (
    AskmeshError,
    DeadlineError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    StartupError,
    UnavailableError,
)
from askmesh.errors._groups import expected_error, single_failure

__all__ = [
    "AskmeshError",
    "DeadlineError",
    "InvalidRequestError",
    "NotFoundError",
    "OverloadedError",
    "StartupError",
    "UnavailableError",
    "expected_error",
    "single_failure",
]
