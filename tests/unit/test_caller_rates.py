"""How often a caller may ask."""

import pytest

from askmesh.errors import TooManyCallsError
from askmesh.gateway.doors import AskingDoor
from askmesh.gateway.rates import MAX_KNOWN, OwnAllowances, Rate
from askmesh.gateway.servicer import ASKING, SERVICE_NAME
from askmesh.identity import Caller
from askmesh.resilience import Priority
from askmesh.serving import OpenDoor

RATE = Rate(per_minute=60, burst=3)


def everybody_has_hope(caller: Caller, priority: Priority) -> None:
    del caller, priority


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_a_burst_is_allowed_then_one_at_a_time() -> None:
    clock = Clock()
    own = OwnAllowances(RATE, clock)
    assert [await own.take("ann") for _ in range(5)] == [0, 0, 0, 1, 1]
    clock.now += 1
    assert [await own.take("ann") for _ in range(2)] == [0, 1]
    clock.now += 60
    assert [await own.take("ann") for _ in range(4)] == [0, 0, 0, 1]


async def test_one_who_asks_much_takes_nothing_from_others() -> None:
    own = OwnAllowances(RATE, Clock())
    for _ in range(9):
        await own.take("ann")
    assert await own.take("bob") == 0


async def test_of_very_many_callers_only_those_who_asked_lately_are_known() -> None:
    own = OwnAllowances(Rate(per_minute=60, burst=1), Clock())
    for number in range(2 * MAX_KNOWN + 1):
        await own.take(str(number))
    assert await own.take(str(2 * MAX_KNOWN)) == 1
    assert await own.take("0") == 0  # forgotten


async def test_who_asked_a_moment_ago_is_known_however_long_ago_they_asked_first() -> None:
    own = OwnAllowances(Rate(per_minute=60, burst=2), Clock())
    await own.take("ann")
    for number in range(2 * MAX_KNOWN - 1):
        await own.take(str(number))
    await own.take("ann")
    await own.take("one more")  # who asked first is forgotten
    assert await own.take("ann") == 1


async def test_only_methods_that_are_named_count_and_the_refusal_says_when_and_whose() -> None:
    own = OwnAllowances(Rate(per_minute=1, burst=1), Clock())
    door = AskingDoor(OpenDoor(), everybody_has_hope, own)
    await door.admit(ASKING, {})
    await door.admit(f"/{SERVICE_NAME}/ResumeAnswer", {})
    with pytest.raises(TooManyCallsError) as caught:
        await door.admit(ASKING, {})
    assert (caught.value.quota, caught.value.retry_after_seconds) == ("tenant:default", 60)
