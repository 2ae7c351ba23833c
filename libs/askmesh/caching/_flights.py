"""One making for all who want the same at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from askmesh.errors import AskmeshError

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_ROUNDS = 2
"""How often whoever wants something waits for others to make it; what fails then, fails."""


@dataclass(slots=True, eq=False)
class _Flight(Generic[T]):
    task: asyncio.Task[T]
    passengers: int = 0


class Flights(Generic[K, T]):
    """Lets all who want the same at once wait for one who makes it.

    It is made in the context, and so with the deadline, of whoever asked first. If that fails, it
    is made once more for those who waited. It is given up when nobody waits any more.
    """

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[T]] = {}

    async def join(self, key: K, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` returns, whoever's it is."""
        for _ in range(_ROUNDS - 1):
            if key not in self._flights:
                break
            try:
                return await self._board(key, make)
            except AskmeshError:
                continue
        return await self._board(key, make)

    async def _board(self, key: K, make: Callable[[], Awaitable[T]]) -> T:
        flight = self._flights.get(key) or self._start(key, make)
        flight.passengers += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.passengers -= 1
            if not flight.passengers:
                flight.task.cancel()
                self._land(key, flight)

    def _start(self, key: K, make: Callable[[], Awaitable[T]]) -> _Flight[T]:
        async def made() -> T:
            return await make()

        flight = self._flights[key] = _Flight(asyncio.create_task(made()))
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: K, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
