"""One failure out of a group."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import cast

from askmesh.errors._errors import AskmeshError


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

    Groups with a defect in them pass unchanged.
    """
    try:
        yield
    except BaseExceptionGroup as group:
        error = expected_error(group)
        if error is None:
            raise
        raise error from group
