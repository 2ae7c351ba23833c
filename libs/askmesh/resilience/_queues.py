"""Who waits, by how urgent their work is: those who come, those who leave, and who is next."""

import asyncio
from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import TypeAlias

from askmesh.errors import OverloadedError
from askmesh.resilience._entries import PlaceEntry, PlaceLater
from askmesh.resilience._places import RoomPlace
from askmesh.resilience._priority import Priority
from askmesh.resilience._room_rules import RoomObserver, RoomRules
from askmesh.resilience._shares import Party, Shares, Waiter, ahead

_Waiter: TypeAlias = Waiter[asyncio.Future[RoomPlace]]


class Queues:
    """A queue for each priority, in order of arrival; interactive work is served first."""

    def __init__(
        self,
        rules: RoomRules,
        observer: RoomObserver,
        *,
        clock: Callable[[], float],
        on_leave: Callable[[], None],
    ) -> None:
        self._rules = rules
        self._observer = observer
        self._clock = clock
        self._on_leave = on_leave
        self._queues: dict[Priority, list[_Waiter]] = {each: [] for each in Priority}

    def __len__(self) -> int:
        """Return how many wait."""
        return sum(map(len, self._queues.values()))

    @property
    def parties(self) -> list[Party]:
        """For whom all that wait do."""
        return [each.party for each in chain(*self._queues.values())]

    def rank(self, party: Party, priority: Priority) -> int:
        """Return how many of those who wait are served before one more."""
        urgent = len(self._queues[Priority.INTERACTIVE]) if priority is Priority.BATCH else 0
        return urgent + ahead(self._queues[priority], party)

    def join(
        self,
        party: Party,
        priority: Priority,
        *,
        patience: float,
        refusal: Callable[[], OverloadedError],
    ) -> PlaceEntry:
        """Let somebody wait for so many seconds; what is raised then is made by `refusal`."""
        loop = asyncio.get_running_loop()
        waiter = Waiter(party, self._clock(), loop.create_future())
        self._queues[priority].append(waiter)
        leave = partial(self._leave, waiter, priority)
        return PlaceLater(waiter.what, loop.time() + patience, leave, refusal)

    def grant(self, priority: Priority, shares: Shares, take: Callable[[Party], RoomPlace]) -> None:
        """Give what `take` takes to who is next of those who wait, if anybody does still."""
        overdue = self._clock() - self._rules.overdue_seconds
        waiter = shares.next(self._queues[priority], overdue=overdue)
        self._remove(waiter, priority)
        if not waiter.what.done():
            waiter.what.set_result(take(waiter.party))

    def has_any(self, priority: Priority) -> bool:
        """Say whether anybody waits whose work is so urgent."""
        return bool(self._queues[priority])

    def _leave(self, waiter: _Waiter, priority: Priority) -> None:
        if waiter in self._queues[priority]:
            self._remove(waiter, priority)
            self._on_leave()

    def _remove(self, waiter: _Waiter, priority: Priority) -> None:
        self._queues[priority].remove(waiter)
        self._observer.observe_wait(self._rules.name, self._clock() - waiter.since)
