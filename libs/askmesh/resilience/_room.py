"""Room for so much work at once: what comes in, what waits, and what is refused."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from time import monotonic

from askmesh.errors import OverloadedError
from askmesh.resilience._deadline import require_time, time_remaining
from askmesh.resilience._entries import PlaceAtOnce, PlaceEntry
from askmesh.resilience._learning import MeasuredWork
from askmesh.resilience._limits import Limit
from askmesh.resilience._pace import Pace
from askmesh.resilience._places import RoomPlace, working_at
from askmesh.resilience._priority import Priority, current_priority
from askmesh.resilience._queues import Queues
from askmesh.resilience._room_rules import Nobody, Refusals, RoomObserver, RoomRules, Situation, Why
from askmesh.resilience._shares import Party, Shares


class Room:
    """Has places for as much work at once as its limit says.

    Where all are taken, work waits a moment if a place will soon be free for it; else it is refused
    at once. A place that gets free goes to interactive work before batch work, there to the tenant
    that has least, and there to the user who has least.
    """

    def __init__(
        self,
        limit: Limit,
        rules: RoomRules,
        observer: RoomObserver | None = None,
        *,
        reclaim: Callable[[Priority], None] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`reclaim` is called where one place less would make room for work of a priority.

        It may make one free: for batch work one of batch work.
        """
        self._limit = limit
        self._rules = rules
        self._observer = observer or Nobody()
        self._reclaim = reclaim
        self._clock = clock
        self._shares = Shares()
        self._queues = Queues(rules, self._observer, clock=clock, on_leave=self._tell)
        self._pace, self.refusals = Pace(), Refusals()
        self._tell()

    @property
    def places(self) -> int:
        """How much may be done at once."""
        return self._limit.places

    @property
    def in_use(self) -> int:
        """How many places are taken; more than there are where the limit has fallen."""
        return self._shares.total

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queues)

    @property
    def has_refused_lately(self) -> bool:
        """Whether work was refused within the time that it may wait."""
        return self.refusals.last > self._clock() - self._rules.wait_seconds

    @property
    def _least_seconds(self) -> float:
        return self._rules.least_time(self._limit.usual_seconds)

    @asynccontextmanager
    async def entered(self, party: Party) -> AsyncGenerator[RoomPlace]:
        """Do the block's work, which has the current priority, in a place of somebody.

        Raise `OverloadedError` if there is none, and `DeadlineError` if too little time is left.
        """
        with working_at(await self.enter(party).place()) as place:
            yield place

    def enter(self, party: Party) -> PlaceEntry:
        """Return a place for work of the current priority, or the turn of who waits for one.

        Raise `OverloadedError` if there is no hope, and `DeadlineError` if too little time is left.
        """
        priority = current_priority()
        require_time(self._least_seconds)
        if place := self._place_now(party, priority):
            return PlaceAtOnce(place)
        self._require_hope(party, priority)
        return self._queued(party, priority)

    def enter_now(self, party: Party) -> RoomPlace:
        """Return a place, or raise `OverloadedError` at once."""
        place = self._place_now(party, current_priority())
        if place is None:
            raise self.refused(party, current_priority())
        return place

    def enter_anyway(self, party: Party) -> RoomPlace:
        """Return a place for work that has begun already, even if there is none."""
        return self._take(party, current_priority())

    def has_room(self, priority: Priority, *, after: int = 0) -> bool:
        """Return whether there is room, after so many of the same priority have left."""
        if self.in_use - after >= self.places:
            return False
        if priority is not Priority.BATCH:
            return True
        return self._shares.priorities[priority] - after < self._rules.batch_places(self.places)

    def learn(self, seconds: float, *, went_short: bool) -> None:
        self._limit.learn(MeasuredWork(seconds, self.in_use, went_short))
        self._grant()

    def left(self, place: RoomPlace) -> None:
        self._shares.remove(place.party, place.priority)
        self._grant()
        self._pace.left(self._clock(), full=self.in_use >= self.places)

    def given_back(self, place: RoomPlace) -> None:
        self._shares.remove(place.party, place.priority)
        self._grant()
        self._pace.given_back(full=self.in_use >= self.places)

    def _place_now(self, party: Party, priority: Priority) -> RoomPlace | None:
        if not self.has_room(priority) and self.has_room(priority, after=1):
            self._reclaim(priority)
        return self._take(party, priority) if self.has_room(priority) else None

    def _take(self, party: Party, priority: Priority) -> RoomPlace:
        turn = self._shares.add(party, priority)
        if self.in_use >= self.places:
            self._pace.filled(self._clock())
        self._tell()
        return RoomPlace(self, party, priority, turn)

    def _require_hope(self, party: Party, priority: Priority) -> None:
        """Let those wait who will soon have a place.

        So does who is next and has less than their share: else each place would go to whoever asks
        first after it is free, and that is who asks most often.
        """
        rank = self._queues.rank(party, priority)
        is_owed = not rank and self._shares.owes(party, self.places, self._queues.parties)
        longest = self._rules.longest_wait(self._limit.usual_seconds)
        is_hopeless = self._seconds_until_free(rank) > longest
        if (is_hopeless and not is_owed) or rank >= self._rules.most_waiting_of(self.places):
            raise self.refused(party, priority)

    def _queued(self, party: Party, priority: Priority) -> PlaceEntry:
        refusal = partial(self._waited_in_vain, party, priority)
        entry = self._queues.join(party, priority, patience=self._patience(), refusal=refusal)
        self._tell()
        return entry

    def _waited_in_vain(self, party: Party, priority: Priority) -> OverloadedError:
        require_time(self._least_seconds)
        return self.refused(party, priority, why="waited")

    def _grant(self) -> None:
        """Give the places that are free to those who wait."""
        for priority in Priority:
            take = partial(self._take, priority=priority)
            while self._queues.has_any(priority) and self.has_room(priority):
                self._queues.grant(priority, self._shares, take)
        self._tell()

    def _patience(self) -> float:
        remaining, longest = time_remaining(), self._rules.wait_seconds
        return longest if remaining is None else min(longest, remaining - self._least_seconds)

    def refused(
        self, party: Party, priority: Priority, *, why: Why | None = None, seconds: float = 0.0
    ) -> OverloadedError:
        """Count work that is refused, and return its error: to ask again in `seconds` at least."""
        seconds = max(seconds, self._seconds_until_free(self._queues.rank(party, priority)))
        quota = self._shares.quota_of(party, self.places, self._queues.parties)
        situation = Situation(self._rules, self.places, seconds, quota)
        why = why or situation.why(priority)
        self.refusals.note(why, self._clock())
        self._observer.count_refusal(self._rules.name, why)
        return situation.error(why)

    def _seconds_until_free(self, rank: int) -> float:
        expected = self._limit.usual_seconds / self.places
        return self._pace.seconds(self._clock(), rank, expected)

    def _tell(self) -> None:
        self._observer.set_room(
            self._rules.name, places=self.places, in_use=self.in_use, waiting=self.waiting
        )
