"""Errors by what the caller can do about them.

AskmeshError               report it: nobody expected this
├── InvalidRequestError    change the request
├── NotFoundError          ask for something that exists
├── AlreadyExistsError     choose another name, or use what is there
├── OutOfRangeError        ask for something within the range
├── UnauthenticatedError   say who you are
├── PermissionDeniedError  ask somebody who may
├── PreconditionError      change the state of the system first
├── ConflictError          do the whole again, from reading to writing
├── UnimplementedError     ask another version, or for something else
├── OverloadedError        try again later, the service is well
│   └── TooManyCallsError  ask less often: others get their turn
├── UnavailableError       try again later, the service is not well
│   └── UnreachableError   try another replica, nothing can be heard from this one
├── DeadlineError          allow more time
├── CancelledCallError     nothing: somebody gave the work up
└── StartupError           change the settings or the machine, then start again
"""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import cast


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


class FieldError(AskmeshError):
    """A part of the request is at fault. `field` is its path, may be empty."""

    def __init__(self, reason: str, message: str, *, field: str = "", **metadata: str) -> None:
        super().__init__(reason, message, **metadata)
        self.field = field


class PassingError(AskmeshError):
    """The same request may succeed after `retry_after_seconds`."""

    def __init__(
        self, reason: str, message: str, *, retry_after_seconds: float = 1.0, **metadata: str
    ) -> None:
        super().__init__(reason, message, **metadata)
        self.retry_after_seconds = retry_after_seconds


class InvalidRequestError(FieldError):
    """The request is wrong and will stay wrong."""


class NotFoundError(FieldError):
    """What the request names does not exist. `field` is the field that names it."""


class AlreadyExistsError(FieldError):
    """What the request is to make exists, and is something else. `field` names it."""


class OutOfRangeError(FieldError):
    """The request points beyond the end of what there is. `field` is the field that does."""


class UnauthenticatedError(AskmeshError):
    """Nobody knows who makes the request."""


class PermissionDeniedError(AskmeshError):
    """Whoever makes the request may not."""


class PreconditionError(AskmeshError):
    """The system is not in the state that the request needs. Waiting does not help."""


class ConflictError(AskmeshError):
    """Another request came in between."""


class UnimplementedError(AskmeshError):
    """The service does not do what the request asks for."""


class OverloadedError(PassingError):
    """There is no room for the request now. The service is well."""


class TooManyCallsError(OverloadedError):
    """Whoever makes the request has made too many. `quota` says who that is: "user:ann"."""

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        quota: str,
        retry_after_seconds: float = 1.0,
        **metadata: str,
    ) -> None:
        super().__init__(reason, message, retry_after_seconds=retry_after_seconds, **metadata)
        self.quota = quota


class UnavailableError(PassingError):
    """Something that the request needs does not work now."""


class UnreachableError(UnavailableError):
    """There is no connection, or it broke before an answer came."""


class DeadlineError(AskmeshError):
    """The time that the caller allowed is over."""


class CancelledCallError(AskmeshError):
    """The work was given up before its end."""


class StartupError(AskmeshError):
    """A process cannot start. The message is one sentence that says what to do."""


def expected_error(error: BaseException) -> AskmeshError | None:
    """Return the error that speaks for `error`: itself, or the first of a group of ours.

    None for a defect, and for a group with a defect in it: it must not hide behind an error that
    was expected.
    """
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        members = [expected_error(member) for member in group.exceptions]
        return None if None in members else members[0]
    return error if isinstance(error, AskmeshError) else None


@contextmanager
def single_failure() -> Generator[None]:
    """Raise the error that speaks for a task group's failures in place of the group.

    Groups with a defect in them pass unchanged. Only a task can use it, which goes on as if
    nobody had asked it to end.
    """
    task = asyncio.current_task()
    requests = task.cancelling() if task else 0
    try:
        yield
    except BaseExceptionGroup as group:
        # Before Python 3.13 a group that fails while it ends leaves its own request behind. Up to
        # 3.11.2 the task's time limits then cancel it instead of ending with a TimeoutError.
        if task and task.cancelling() > requests:
            task.uncancel()
        error = expected_error(group)
        if error is None:
            raise
        raise error from group
