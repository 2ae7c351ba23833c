"""Which replica of a service to ask."""

from collections.abc import Callable, Collection, Sequence
from itertools import count
from math import inf
from time import monotonic
from typing import Generic, TypeVar

C = TypeVar("C")

LOST_BEFORE_REST = 2
REST_SECONDS = 1.0
MOST_REST_SECONDS = 5.0


class Replica(Generic[C]):
    """One replica, and what is known about it.

    One that leaves `LOST_BEFORE_REST` attempts in a row without an answer rests: it is asked only
    after a second, then after two and so on, until it answers. One that says when it can be asked
    again rests until then.
    """

    def __init__(self, peer: C, distance: Callable[[], int], clock: Callable[[], float]) -> None:
        """`distance` is 0 where a connection is open, and more the less one is to be expected."""
        self.peer = peer
        self.distance = distance
        self.in_flight = 0
        self.turn = 0
        self._clock = clock
        self._lost = 0
        self._rests_until = -inf

    @property
    def resting(self) -> bool:
        """Whether others are to be asked first."""
        return self._clock() < self._rests_until

    def chosen(self, turn: int) -> None:
        """Take that it is asked now."""
        self.turn = turn
        self._rest_if_lost()

    def lost(self) -> None:
        """Take that it did not answer, though it had the time."""
        self._lost += 1
        self._rest_if_lost()

    def answered(self) -> None:
        """Take that it answered."""
        self._lost = 0
        self._rests_until = -inf

    def rest(self, seconds: float) -> None:
        """Let others be asked first for so long."""
        self._rests_until = self._clock() + seconds

    def _rest_if_lost(self) -> None:
        times = self._lost - LOST_BEFORE_REST + 1
        if times > 0:
            self.rest(min(MOST_REST_SECONDS, times * REST_SECONDS))


class Replicas(Generic[C]):
    """All replicas of a service. The least busy of the best connected ones is asked, in turn."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.all: Sequence[Replica[C]] = ()
        self._clock = clock
        self._turns = count(1)

    def replica(self, peer: C, distance: Callable[[], int]) -> Replica[C]:
        """Return a replica of which nothing is known yet."""
        return Replica(peer, distance, self._clock)

    @property
    def resting_count(self) -> int:
        """How many are asked only where no other can be."""
        return sum(each.resting for each in self.all)

    def choose(self, tried: Collection[Replica[C]] = ()) -> Replica[C]:
        """Return the replica to ask, one of those tried only if there is no other."""

        def order(each: Replica[C]) -> tuple[bool, int, bool, int, int]:
            return each in tried, each.distance(), each.resting, each.in_flight, each.turn

        chosen = min(self.all, key=order)
        chosen.chosen(next(self._turns))
        return chosen

    def another(self, tried: Collection[Replica[C]]) -> bool:
        """Say whether there is one beside those tried that is expected to answer."""
        return any(not (each in tried or each.distance() or each.resting) for each in self.all)
