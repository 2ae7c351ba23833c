"""The place that one piece of work has among those that are done at once."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from askmesh.resilience._priority import Priority
from askmesh.resilience._shares import Party


class Owner(Protocol):
    """Whose the places are."""

    def learn(self, seconds: float, *, went_short: bool) -> None:
        """Take how long work took that still has its place."""
        ...

    def left(self, place: "RoomPlace") -> None:
        """Take that a place is free."""
        ...


class RoomPlace:
    """What one piece of work has as long as it is done; a later one has a higher `turn`."""

    def __init__(self, owner: Owner, party: Party, priority: Priority, turn: int = 0) -> None:
        self.party = party
        self.priority = priority
        self.turn = turn
        self.is_held = False
        self._owner: Owner | None = owner

    @property
    def is_left(self) -> bool:
        """Whether somebody else may have it."""
        return self._owner is None

    def hold(self) -> None:
        """Keep it beyond the block that it was taken for, until it is left."""
        self.is_held = True

    def learn(self, seconds: float, *, went_short: bool = False) -> None:
        """Tell how long the work took; it `went_short` if there was no room for a part of it."""
        if self._owner is not None:
            self._owner.learn(seconds, went_short=went_short)

    def leave(self) -> None:
        """Make it free. Once is enough."""
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.left(self)


_place: ContextVar[RoomPlace | None] = ContextVar("askmesh_place", default=None)


def current_place() -> RoomPlace | None:
    """Return the place of the work at hand, None if it has none, or has left it."""
    place = _place.get()
    return None if place is None or place.is_left else place


def current_turn() -> int:
    """Return the turn of the place of the work at hand; 0 if it has none."""
    place = current_place()
    return place.turn if place else 0


@contextmanager
def working_at(place: RoomPlace) -> Generator[RoomPlace]:
    """Do the block's work in a place, and leave it then unless it is held."""
    token = _place.set(place)
    try:
        yield place
    finally:
        _place.reset(token)
        if not place.is_held:
            place.leave()


async def granted(place: asyncio.Future[RoomPlace]) -> RoomPlace:
    """Return the place; leave it if it comes when it is not waited for any more."""
    try:
        return await place
    except asyncio.CancelledError:
        if place.done() and not place.cancelled():
            place.result().leave()
        raise
