"""Errors by what the caller can do about them.

AskmeshError
├── InvalidRequestError   change the request
├── NotFoundError         ask for something that exists
├── OverloadedError       try again later, the service is well
├── UnavailableError      try again later, the service is not well
├── DeadlineError         allow more time
└── StartupError          change the settings or the machine, then start again
"""

from collections.abc import Mapping
from types import MappingProxyType


class AskmeshError(Exception):
    """Base of all errors that say what is wrong and what to do.

    `reason` is UPPER_SNAKE and stable, so callers may branch on it. `message` is a sentence for
    people. Whatever varies in the message is also in `metadata`.
    """

    def __init__(self, reason: str, message: str, **metadata: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.metadata: Mapping[str, str] = MappingProxyType(metadata)


class InvalidRequestError(AskmeshError):
    """The request is wrong and will stay wrong. `field` is the path of the field, may be empty."""

    def __init__(self, reason: str, message: str, *, field: str = "", **metadata: str) -> None:
        super().__init__(reason, message, **metadata)
        self.field = field


class NotFoundError(AskmeshError):
    """What the request names does not exist. `field` is the field that names it, may be empty."""

    def __init__(self, reason: str, message: str, *, field: str = "", **metadata: str) -> None:
        super().__init__(reason, message, **metadata)
        self.field = field


class OverloadedError(AskmeshError):
    """There is no room for the request now. The service is well."""

    def __init__(
        self, reason: str, message: str, *, retry_after_seconds: float = 1.0, **metadata: str
    ) -> None:
        super().__init__(reason, message, **metadata)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(AskmeshError):
    """Something that the request needs does not work now."""

    def __init__(
        self, reason: str, message: str, *, retry_after_seconds: float = 1.0, **metadata: str
    ) -> None:
        super().__init__(reason, message, **metadata)
        self.retry_after_seconds = retry_after_seconds


class DeadlineError(AskmeshError):
    """The time that the caller allowed is over."""


class StartupError(AskmeshError):
    """A process cannot start. The message is one sentence that says what to do."""
