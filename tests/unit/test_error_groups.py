"""One failure out of a group."""

import pytest

from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    UnavailableError,
    expected_error,
    single_failure,
)

FIRST = UnavailableError("FIRST", "it is down")
SECOND = InvalidRequestError("SECOND", "it is wrong")


def test_the_first_of_our_errors_speaks_for_a_group_of_them() -> None:
    group = ExceptionGroup("tasks", [ExceptionGroup("more tasks", [FIRST]), SECOND])
    with pytest.raises(AskmeshError) as caught, single_failure():
        raise group
    assert caught.value is FIRST


def test_a_defect_does_not_hide_behind_an_expected_error() -> None:
    group = ExceptionGroup("tasks", [FIRST, ZeroDivisionError()])
    assert expected_error(group) is None
    with pytest.raises(ExceptionGroup), single_failure():
        raise group


def test_a_single_error_is_left_alone() -> None:
    with pytest.raises(InvalidRequestError), single_failure():
        raise SECOND
