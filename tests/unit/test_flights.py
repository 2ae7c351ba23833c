"""One making for all who want the same, and whose time it has."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from askmesh.caching import Flights
from askmesh.errors import AskmeshError, DeadlineError
from askmesh.resilience import deadline, time_remaining

LONG, LONGER = 1000.0, 2000.0


@dataclass
class Maker:
    """Makes something of whoever has time, and fails for others, once it may."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    allowed: asyncio.Event = field(default_factory=asyncio.Event)
    times: list[float] = field(default_factory=list[float])
    flights: Flights[str, str] = field(default_factory=Flights[str, str])

    async def __call__(self) -> str:
        self.times.append(time_remaining() or 0.0)
        self.begun.set()
        await self.allowed.wait()
        if not time_remaining():
            raise DeadlineError("DEADLINE_EXCEEDED", "no time is left")
        return "made"

    async def wanted(self, seconds: float) -> str:
        """Return what comes of it for somebody who has so much time."""
        with deadline(seconds):
            try:
                return await self.flights.join("key", self)
            except AskmeshError as error:
                return error.reason


async def outcomes(maker: Maker, *callers: Awaitable[str]) -> list[str]:
    """Let callers want the same, one after the other, before anything is made."""
    tasks = list[asyncio.Future[str]]()
    for caller in callers:
        tasks.append(asyncio.ensure_future(caller))
        await maker.begun.wait()
        await asyncio.sleep(0)
    maker.allowed.set()
    return await asyncio.gather(*tasks)


async def test_who_has_no_time_costs_those_who_waited_a_making_and_not_the_answer() -> None:
    maker = Maker()
    told = await outcomes(maker, *(maker.wanted(each) for each in (0.0, LONG, 0.0)))
    assert told == ["DEADLINE_EXCEEDED", "made", "made"]


async def test_what_is_made_again_has_the_time_of_the_most_patient() -> None:
    maker = Maker()
    callers = (maker.wanted(each) for each in (0.0, 0.0, LONGER, LONG, 0.0))
    assert (await outcomes(maker, *callers))[1:] == ["made"] * 4
    assert len(maker.times) == 2
    assert maker.times[1] > LONG


async def test_who_leaves_ends_nothing_for_others() -> None:
    maker = Maker()
    leaving = asyncio.create_task(maker.wanted(LONG))
    await maker.begun.wait()
    waiting = asyncio.create_task(maker.wanted(LONG))
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    maker.allowed.set()
    assert await waiting == "made"
    assert len(maker.times) == 1


async def test_what_nobody_waits_for_is_given_up() -> None:
    maker = Maker()
    leaving = asyncio.create_task(maker.wanted(LONG))
    await maker.begun.wait()
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    maker.allowed.set()
    assert await maker.wanted(LONG) == "made"
    assert len(maker.times) == 2
