"""A room before a server that shares its time, in simulated time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from askmesh.errors import OverloadedError
from askmesh.resilience import AdaptiveLimit, Party, Room, RoomPlace, RoomRules

ANYBODY = Party("blue", "ann")


@dataclass(slots=True)
class Served:
    """What became of the work that came in a span of time."""

    seconds: float
    times: list[float] = field(default_factory=list[float])
    places: list[int] = field(default_factory=list[int])
    short: int = 0

    @property
    def per_second(self) -> float:
        """How much was done."""
        return len(self.times) / self.seconds

    def slowest(self, share: float) -> float:
        """Return the time within which all but this share was done."""
        return sorted(self.times)[int((1 - share) * len(self.times))]


@dataclass(slots=True)
class _Job:
    place: RoomPlace
    came: float
    left: float
    is_short: bool


class ServedRoom:
    """Work comes independently of other work, and all that is inside shares so many servers.

    `demand` is how many seconds of a server a piece takes. Of what comes in as one of more than
    `enough`, half goes without something.
    """

    def __init__(
        self,
        limit: AdaptiveLimit,
        demand: Callable[[Random], float],
        *,
        servers: int = 1,
        enough: int = 1_000,
        seed: int = 1,
    ) -> None:
        self._limit = limit
        self._demand = demand
        self._servers = servers
        self._enough = enough
        self._chance = Random(seed)
        self._now = 0.0
        self._jobs: list[_Job] = []
        rules = RoomRules("answers", "TOO_MANY_ANSWERS", wait_seconds=0.5)
        self._room = Room(limit, rules, clock=lambda: self._now)

    def serve(self, seconds: float, per_second: float) -> Served:
        """Return what becomes of work that comes at this rate for so long."""
        served, until = Served(seconds), self._now + seconds
        for comes in self._arrivals(per_second, until):
            self._work_until(comes, served)
            if comes < until:
                self._come_in()
        return served

    def _arrivals(self, per_second: float, until: float) -> Iterable[float]:
        comes = self._now
        while comes < until:
            comes = min(until, comes + self._chance.expovariate(per_second))
            yield comes

    def _come_in(self) -> None:
        try:
            place = self._room.enter_now(ANYBODY)
        except OverloadedError:
            return
        is_short = len(self._jobs) >= self._enough and self._chance.random() < 0.5
        self._jobs.append(_Job(place, self._now, self._demand(self._chance), is_short))

    def _work_until(self, until: float, served: Served) -> None:
        while self._jobs:
            speed = min(1.0, self._servers / len(self._jobs))
            first = min(self._jobs, key=lambda each: each.left)
            seconds = min(until - self._now, first.left / speed)
            is_done = seconds < until - self._now
            self._now += seconds
            for job in self._jobs:
                job.left -= seconds * speed
            if not is_done:
                break
            self._end(first, served)
        self._now = until

    def _end(self, job: _Job, served: Served) -> None:
        self._jobs.remove(job)
        seconds = self._now - job.came
        job.place.learn(seconds, went_short=job.is_short)
        job.place.leave()
        served.times.append(seconds)
        served.places.append(self._limit.places)
        served.short += job.is_short
