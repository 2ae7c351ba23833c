"""The places of answers in the making, and who follows them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from math import inf

from askmesh.gateway.answers import Making
from askmesh.identity import Caller, current_caller
from askmesh.resilience import (
    AdaptiveLimit,
    Party,
    Priority,
    Room,
    RoomObserver,
    RoomPlace,
    RoomRules,
    current_place,
    current_priority,
)
from askmesh.serving import party_of

ROOM = "answers"
USUAL_SHARE = 0.75
"""A question may wait for this share of the time that it usually takes to have ranked sources."""


@dataclass(frozen=True, slots=True)
class PlaceLimits:
    """How many answers may be made at once, between two bounds, and how long questions wait.

    None is taken on whose text would wait longer than `writing_wait_seconds` for who writes it.
    """

    least: int
    most: int
    wait_seconds: float
    writing_wait_seconds: float = inf


def room_rules(*, wait_seconds: float) -> RoomRules:
    """Return the rules of the room for answers, where questions wait for so long at most."""
    return RoomRules(ROOM, "TOO_MANY_ANSWERS", wait_seconds, usual_share=USUAL_SHARE)


class Places:
    """Holds the answers in the making, and gives up those that nobody follows any more.

    That happens after `abandoned_seconds`, or as soon as a place is needed; batch work needs none
    of an answer that somebody may come back to.
    """

    def __init__(
        self,
        limits: PlaceLimits,
        abandoned_seconds: float,
        observer: RoomObserver,
        *,
        give_up: Callable[[Making], None],
        on_change: Callable[[int], None],
        writing_seconds: Callable[[int], float],
    ) -> None:
        """`give_up` must make the answer leave; `on_change` takes how many places are taken.

        `writing_seconds` says how long one more text would wait where so many are coming.
        """
        limit = AdaptiveLimit(limits.least, limits.most)
        rules = room_rules(wait_seconds=limits.wait_seconds)
        self.room = Room(limit, rules, observer, reclaim=self._reclaim)
        self._abandoned_seconds = abandoned_seconds
        self._writing_wait_seconds = limits.writing_wait_seconds
        self._writing_seconds = writing_seconds
        self._give_up = give_up
        self._on_change = on_change
        self._taken: dict[int, tuple[Making, RoomPlace]] = {}
        self._abandoned: dict[int, Making] = {}  # the longest first

    @property
    def taken(self) -> list[Making]:
        """The answers in the making."""
        return [making for making, _ in self._taken.values()]

    def require_hope(self, caller: Caller, priority: Priority) -> None:
        """Raise `OverloadedError` if a caller's question could not have a place soon."""
        party = party_of(caller)
        if self.room.has_refused_lately:
            self._require_writing(party, priority)
        if self._first_abandoned(priority) is None:
            self.room.require_hope(party, priority)

    @asynccontextmanager
    async def reserved(self) -> AsyncGenerator[None]:
        """Have a place for an answer that is begun in the block; wait for it if need be.

        Raise `OverloadedError` if there is none.
        """
        party = party_of(current_caller())
        self._require_writing(party, current_priority())
        async with self.room.entered(party):
            yield

    def require_place(self) -> RoomPlace:
        """Return the place that was reserved, or another. Raise `OverloadedError` without one."""
        reserved = current_place()
        if reserved is None or reserved.is_held:
            return self.room.enter_now(party_of(current_caller()))
        return reserved

    def take(self, making: Making, place: RoomPlace | None = None) -> None:
        """Give a place to an answer: one of its own if it has begun elsewhere."""
        held = place or self.room.enter_anyway(party_of(current_caller()))
        held.hold()
        self._taken[id(making)] = making, held
        self._on_change(len(self._taken))

    def leave(self, making: Making) -> None:
        """Free the place of an answer, if it has one."""
        self._found_again(making)
        if taken := self._taken.pop(id(making), None):
            taken[1].leave()
            self._on_change(len(self._taken))

    @contextmanager
    def followed(self, making: Making) -> Generator[None]:
        """Know that somebody follows the answer for the time of the block."""
        making.followers += 1
        self._found_again(making)
        try:
            yield
        finally:
            making.followers -= 1
            if not making.followers and id(making) in self._taken:
                self._abandon(making)

    def _require_writing(self, party: Party, priority: Priority) -> None:
        """Raise `OverloadedError` where one more text would wait too long until it is written."""
        coming = sum(not making.progress.is_with_writers for making in self.taken)
        seconds = self._writing_seconds(coming)
        if seconds > self._writing_wait_seconds:
            raise self.room.refused(party, priority, why="writing", seconds=seconds)

    def _reclaim(self, priority: Priority) -> None:
        """Give up the answer that was abandoned first."""
        if abandoned := self._first_abandoned(priority):
            self._give_up(abandoned)

    def _first_abandoned(self, priority: Priority) -> Making | None:
        """Return what was abandoned first of what work of a priority may have the place of."""
        return next(
            (
                making
                for making in self._abandoned.values()
                if priority in (Priority.INTERACTIVE, self._taken[id(making)][1].priority)
            ),
            None,
        )

    def _abandon(self, making: Making) -> None:
        self._abandoned[id(making)] = making
        loop = asyncio.get_running_loop()
        making.abandonment = loop.call_later(self._abandoned_seconds, self._give_up, making)

    def _found_again(self, making: Making) -> None:
        self._abandoned.pop(id(making), None)
        if making.abandonment is not None:
            making.abandonment.cancel()
