"""One failure out of a group."""

from collections.abc import Generator
from contextlib import contextmanager

from askmesh.errors._errors import AskmeshError


@contextmanager
def single_failure() -> Generator[None]:
    """Raise the first of our errors in an exception group in place of the group.

    A task group wraps what its tasks raise; callers want the error that they can act on. Groups
    without an `AskmeshError` pass unchanged.
    """
    try:
        yield
    except ExceptionGroup as group:
        ours = group.subgroup(AskmeshError)
        if ours is None:
            raise
        raise _first_leaf(ours) from group


def _first_leaf(group: ExceptionGroup[AskmeshError]) -> AskmeshError:
    first = group.exceptions[0]
    return _first_leaf(first) if isinstance(first, ExceptionGroup) else first
