"""Which stage of the work goes on, also in the threads that work for it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_STAGE: ContextVar[str] = ContextVar("askmesh_stage", default="")


@contextmanager
def stage_named(name: str) -> Generator[None]:
    """Let `current_stage` return `name` inside of the block."""
    token = _STAGE.set(name)
    try:
        yield
    finally:
        _STAGE.reset(token)


def current_stage() -> str:
    """Return the stage of whoever calls; "" outside of all."""
    return _STAGE.get()


def in_stage(stage: str, function: Callable[[], T]) -> T:  # noqa: ARG001 - read in its frame
    """Call `function`. Profiles count what it does here, in this thread, for `stage`."""
    return function()


STAGE_CODE = in_stage.__code__
"""By which a profile knows the frame whose variable `stage` says it."""
