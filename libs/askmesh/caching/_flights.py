"""One making for all who want the same at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from askmesh.errors import AskmeshError
from askmesh.resilience import CallTime

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(slots=True, eq=False)
class _Flight(Generic[T]):
    """`time` is that of who has most of those who have boarded."""

    task: asyncio.Task[T]
    time: CallTime
    passengers: int = 0
    has_arrived: bool = False

    def board(self) -> None:
        self.passengers += 1
        self.time.lengthen()


class Flights(Generic[K, T]):
    """Lets all who want the same at once wait for one who makes it.

    It is made in the context, and so with the deadline, of whoever asked first. If that fails, it
    is made once more for those who waited, with the deadline of the one who has most time. It is
    given up when nobody waits any more.
    """

    def __init__(self, unwanted: Callable[[T], object] = lambda _: None) -> None:
        """`unwanted` gets what was made at the moment in which all who wanted it had left."""
        self._unwanted = unwanted
        self._flights: dict[K, _Flight[T]] = {}

    async def join(self, key: K, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` returns, whoever's it is."""
        flight = self._flights.get(key)
        if flight is None:
            return await self._board(key, self._start(key, make, None))
        try:
            return await self._board(key, flight)
        except AskmeshError:
            again = self._flights.get(key) or self._start(key, make, flight.time.context)
            return await self._board(key, again)

    async def _board(self, key: K, flight: _Flight[T]) -> T:
        flight.board()
        try:
            made = await asyncio.shield(flight.task)
            flight.has_arrived = True
            return made
        finally:
            flight.passengers -= 1
            if not flight.passengers:
                flight.task.cancel()
                self._land(key, flight)
                if not flight.has_arrived:
                    flight.task.add_done_callback(self._leave)

    def _leave(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._unwanted(task.result())

    def _start(
        self, key: K, make: Callable[[], Awaitable[T]], context: Context | None
    ) -> _Flight[T]:
        async def made() -> T:
            return await make()

        own = context.copy() if context else copy_context()
        task = asyncio.create_task(made(), context=own)
        flight = self._flights[key] = _Flight(task, CallTime(own.copy()))
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: K, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
