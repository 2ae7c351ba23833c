"""One failure out of a group."""

import asyncio

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


async def test_the_first_of_our_errors_speaks_for_a_group_of_them() -> None:
    group = ExceptionGroup("tasks", [ExceptionGroup("more tasks", [FIRST]), SECOND])
    with pytest.raises(AskmeshError) as caught, single_failure():
        raise group
    assert caught.value is FIRST


async def test_a_defect_does_not_hide_behind_an_expected_error() -> None:
    group = ExceptionGroup("tasks", [FIRST, ZeroDivisionError()])
    assert expected_error(group) is None
    with pytest.raises(ExceptionGroup), single_failure():
        raise group


async def test_a_single_error_is_left_alone() -> None:
    with pytest.raises(InvalidRequestError), single_failure():
        raise SECOND


async def fails_later() -> None:
    await asyncio.sleep(0)
    raise FIRST


async def test_who_gets_the_failure_of_a_group_can_still_wait_for_a_limited_time() -> None:
    with pytest.raises(UnavailableError), single_failure():
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_later())
    assert not _requests_to_end()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.Event().wait()


async def test_a_request_to_end_that_came_before_is_kept() -> None:
    async def ended_before() -> int:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(0)
        with pytest.raises(UnavailableError), single_failure():
            async with asyncio.TaskGroup() as group:
                group.create_task(fails_later())
        return _requests_to_end()

    assert await asyncio.create_task(ended_before()) == 1


def _requests_to_end() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task else 0
