"""Room for so much work at once: what comes in, what waits, and what is refused."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from askmesh.errors import OverloadedError
from askmesh.resilience._deadline import require_time, time_remaining
from askmesh.resilience._learning import MeasuredWork
from askmesh.resilience._limits import Limit
from askmesh.resilience._pace import Pace
from askmesh.resilience._places import RoomPlace, granted, working_at
from askmesh.resilience._priority import Priority, current_priority
from askmesh.resilience._queues import Queues
from askmesh.resilience._room_rules import Nobody, Refusals, RoomObserver, RoomRules, Situation, Why
from askmesh.resilience._shares import Party, Shares, Waiter


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
        self._queues = Queues[asyncio.Future[RoomPlace]]()
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
        priority = current_priority()
        require_time(self._least_seconds)
        place = self._place_now(party, priority)
        if place is None:
            self._require_hope(party, priority)
            place = await self._waited_for(party, priority)
        with working_at(place):
            yield place

    def enter_now(self, party: Party) -> RoomPlace:
        """Return a place, or raise `OverloadedError` at once."""
        place = self._place_now(party, current_priority())
        if place is None:
            raise self.refused(party, current_priority())
        return place

    def enter_anyway(self, party: Party) -> RoomPlace:
        """Return a place for work that has begun already, even if there is none."""
        return self._take(party, current_priority())

    def require_hope(self, party: Party, priority: Priority) -> None:
        """Raise `OverloadedError` if others were refused lately, and so would somebody be."""
        if self.has_refused_lately and not self._has_room(priority):
            self._require_hope(party, priority)

    def learn(self, seconds: float, *, went_short: bool) -> None:
        self._limit.learn(MeasuredWork(seconds, self.in_use, went_short))
        self._grant()

    def left(self, place: RoomPlace) -> None:
        self._shares.remove(place.party, place.priority)
        self._grant()
        self._pace.left(self._clock(), full=self.in_use >= self.places)

    def _place_now(self, party: Party, priority: Priority) -> RoomPlace | None:
        if not self._has_room(priority) and self._has_room(priority, after=1):
            self._reclaim(priority)
        return self._take(party, priority) if self._has_room(priority) else None

    def _has_room(self, priority: Priority, *, after: int = 0) -> bool:
        """Return whether there is room, after so many of the same priority have left."""
        if self.in_use - after >= self.places:
            return False
        if priority is not Priority.BATCH:
            return True
        return self._shares.priorities[priority] - after < self._rules.batch_places(self.places)

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

    async def _waited_for(self, party: Party, priority: Priority) -> RoomPlace:
        began, queue = self._clock(), self._queues.of(priority)
        waiter = Waiter(party, began, asyncio.get_running_loop().create_future())
        queue.append(waiter)
        self._tell()
        try:
            async with asyncio.timeout(self._patience()):
                return await granted(waiter.what)
        except TimeoutError:
            require_time(self._least_seconds)
            raise self.refused(party, priority, why="waited") from None
        finally:
            if waiter in queue:
                queue.remove(waiter)
            self._observer.observe_wait(self._rules.name, self._clock() - began)
            self._tell()

    def _grant(self) -> None:
        """Give the places that are free to those who wait."""
        overdue = self._clock() - self._rules.overdue_seconds
        for priority in Priority:
            queue = self._queues.of(priority)
            while queue and self._has_room(priority):
                waiter = self._shares.next(queue, overdue=overdue)
                queue.remove(waiter)
                if not waiter.what.done():
                    waiter.what.set_result(self._take(waiter.party, priority))
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
