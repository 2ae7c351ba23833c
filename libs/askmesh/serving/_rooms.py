"""Room for the calls of a service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import perf_counter

from askmesh.config import CallSettings
from askmesh.errors import DeadlineError, OverloadedError
from askmesh.identity import Caller
from askmesh.resilience import FixedLimit, Limit, Party, Room, RoomObserver, RoomRules


def room_for_calls(
    service: str, settings: CallSettings, observer: RoomObserver, *, limit: Limit | None = None
) -> Room:
    """Return the room for the calls of a service; without a `limit`, for the most of the settings.

    Calls without room are refused with a reason such as RETRIEVAL_BUSY.
    """
    rules = RoomRules(service, f"{service.upper()}_BUSY", settings.call_wait_seconds)
    return Room(limit or FixedLimit(settings.max_active_calls), rules, observer)


def party_of(caller: Caller) -> Party:
    """Return for whom a caller's work is done where places are shared."""
    return Party(caller.tenant, caller.user)


@asynccontextmanager
async def placed(room: Room, caller: Caller) -> AsyncGenerator[None]:
    """Serve a call, in the block, in a place of its caller, and learn from how long it takes."""
    async with room.entered(party_of(caller)) as place:
        began = perf_counter()
        try:
            yield
        except (OverloadedError, DeadlineError):
            place.learn(perf_counter() - began, went_short=True)
            raise
        place.learn(perf_counter() - began)
