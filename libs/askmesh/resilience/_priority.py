"""How urgent the work at hand is, known everywhere below it."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum


class Priority(StrEnum):
    """Whether somebody waits for the work. Batch work takes what interactive work leaves."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


_priority: ContextVar[Priority] = ContextVar("askmesh_priority", default=Priority.INTERACTIVE)


def current_priority() -> Priority:
    """Return the priority of the call being served; outside of calls, that of people who wait."""
    return _priority.get()


def prioritize(priority: Priority) -> None:
    """Do the rest of the task, and make its calls, with a priority."""
    _priority.set(priority)


@contextmanager
def prioritized(priority: Priority) -> Generator[None]:
    """Do the work of the block, and make its calls, with a priority."""
    token = _priority.set(priority)
    try:
        yield
    finally:
        _priority.reset(token)
