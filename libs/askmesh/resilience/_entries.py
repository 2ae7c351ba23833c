"""What work has before it is begun: its place, or its turn among those that wait for one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from askmesh.errors import OverloadedError
from askmesh.resilience._places import RoomPlace, granted


class PlaceEntry(Protocol):
    """A place in a room, or the turn of who waits for one. Nobody works there yet."""

    async def place(self) -> RoomPlace:
        """Return the place, once it is free. Once is enough.

        Raise `OverloadedError` if it is waited for in vain, and `DeadlineError` if too little time
        is left.
        """
        ...

    def give_up(self) -> None:
        """Do without it, as if nobody had come."""
        ...


@dataclass(frozen=True, slots=True)
class PlaceAtOnce:
    """A place that was free."""

    free: RoomPlace

    async def place(self) -> RoomPlace:
        return self.free

    def give_up(self) -> None:
        self.free.give_back()


@dataclass(frozen=True, slots=True)
class PlaceLater:
    """A place that will be free by a time of the event loop, or is refused then."""

    grant: asyncio.Future[RoomPlace]
    until: float
    leave_queue: Callable[[], None]
    refusal: Callable[[], OverloadedError]

    async def place(self) -> RoomPlace:
        try:
            async with asyncio.timeout_at(self.until):
                return await granted(self.grant)
        except TimeoutError:
            raise self.refusal() from None
        finally:
            self.leave_queue()

    def give_up(self) -> None:
        if self.grant.done() and not self.grant.cancelled():
            self.grant.result().give_back()
        self.grant.cancel()
        self.leave_queue()
