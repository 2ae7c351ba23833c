"""Answers that are ranked on one small machine, in virtual time: who comes in, and how it ends."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from askmesh.errors import OverloadedError
from askmesh.resilience import AdaptiveLimit, FixedLimit, Party, Room, RoomRules

ANYBODY = Party("blue", "ann")
RANKING_SECONDS = 0.4
SHARES = (0.4, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.1, 1.5, 2.0)
"""What rankings take of that: where no snippet is sure, more is read."""
OTHER_SECONDS = 0.045
CAPACITY = 1 / (RANKING_SECONDS + OTHER_SECONDS)
"""How many answers a second the machine makes at most."""
HURRIED_SECONDS = 0.9
"""How long a ranking may take while others wait for theirs; what is not done then is left out."""

End = Literal["whole", "short", "refused"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question ended, when it was asked, and how long that took."""

    asked: float
    seconds: float
    end: End


@dataclass(slots=True)
class _Job:
    turn: int
    left: float
    done: asyncio.Future[None]


class SharedMachine:
    """Does all work at once, each piece the slower the more there is; of rankings the oldest."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._since = 0.0
        self._next: asyncio.TimerHandle | None = None

    async def work(self, seconds: float, *, turn: int = 0) -> None:
        """Return when work is done that takes so long where there is no other.

        Of work that has a `turn` only that of the lowest is done.
        """
        job = _Job(turn, seconds, asyncio.get_running_loop().create_future())
        self._go_on()
        self._jobs.append(job)
        self._plan()
        try:
            await job.done
        finally:
            self._go_on()
            self._jobs.remove(job)
            self._plan()

    def _go_on(self) -> None:
        now = asyncio.get_running_loop().time()
        running = self._running()
        for job in running:
            job.left -= (now - self._since) / len(running)
        self._since = now

    def _running(self) -> Sequence[_Job]:
        next_turn = min((each.turn for each in self._jobs if each.turn), default=0)
        return [each for each in self._jobs if each.turn in (0, next_turn)]

    def _plan(self) -> None:
        if self._next is not None:
            self._next.cancel()
        running = self._running()
        first = min(running, key=lambda each: each.left, default=None)
        if first is not None and not first.done.done():
            seconds = max(0.0, first.left) * len(running)
            loop = asyncio.get_running_loop()
            self._next = loop.call_later(seconds, first.done.set_result, None)


@dataclass
class RankedRoom:
    """A gateway's room for answers, and reranking behind it, which runs two rankings at once."""

    rules: RoomRules
    seed: int
    outcomes: list[Outcome] = field(default_factory=list[Outcome])

    def __post_init__(self) -> None:
        self._chance = Random(self.seed)
        clock = asyncio.get_running_loop().time
        self._machine = SharedMachine()
        self.room = Room(AdaptiveLimit(2, 32), self.rules, clock=clock)
        ranking = RoomRules("reranking", "RERANKING_BUSY", 2.0, most_waiting=8, hope=1.0)
        self._ranking = Room(FixedLimit(2), ranking, clock=clock)

    async def ask(self, per_second: float, seconds: float) -> None:
        """Let so many questions come, at random, whatever becomes of those before; wait for all."""
        loop = asyncio.get_running_loop()
        until = comes = loop.time()
        until += seconds
        async with asyncio.TaskGroup() as asking:
            while (comes := comes + self._chance.expovariate(per_second)) < until:
                await asyncio.sleep(comes - loop.time())
                asking.create_task(self._asked())
            await asyncio.sleep(until - loop.time())

    async def _asked(self) -> None:
        loop = asyncio.get_running_loop()
        asked = loop.time()
        try:
            end = await self._answer()
        except OverloadedError:
            end = "refused"
        self.outcomes.append(Outcome(asked, loop.time() - asked, end))

    async def _answer(self) -> End:
        async with self.room.entered(ANYBODY) as place:
            began = asyncio.get_running_loop().time()
            await self._machine.work(OTHER_SECONDS * self._chance.uniform(0.5, 1.5))
            is_whole = await self._ranked()
            seconds = asyncio.get_running_loop().time() - began
            place.learn(seconds, went_short=not is_whole)
            return "whole" if is_whole else "short"

    async def _ranked(self) -> bool:
        try:
            async with self._ranking.entered(ANYBODY) as place:
                limit = HURRIED_SECONDS if self._ranking.waiting else None
                async with asyncio.timeout(limit):
                    seconds = RANKING_SECONDS * self._chance.choice(SHARES)
                    await self._machine.work(seconds, turn=place.turn)
        except (TimeoutError, OverloadedError):
            return False
        return True


def slowest(outcomes: Sequence[Outcome], share: float) -> float:
    """Return the time within which all but this share ended, in seconds."""
    times = sorted(each.seconds for each in outcomes)
    return times[int((1 - share) * len(times))]
