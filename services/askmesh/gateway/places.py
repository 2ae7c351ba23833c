"""The places of answers in the making, and who follows them."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from askmesh.errors import OverloadedError
from askmesh.gateway.answers import Making


class Places:
    """Holds the answers in the making, and gives up those that nobody follows any more.

    That happens after `abandoned_seconds`, or as soon as a place is needed.
    """

    def __init__(
        self,
        limit: int,
        abandoned_seconds: float,
        *,
        give_up: Callable[[Making], None],
        on_change: Callable[[int], None],
    ) -> None:
        """`give_up` must make the answer leave; `on_change` takes how many places are taken."""
        self._limit = limit
        self._abandoned_seconds = abandoned_seconds
        self._give_up = give_up
        self._on_change = on_change
        self._taken: dict[int, Making] = {}
        self._abandoned: dict[int, Making] = {}  # the longest first

    @property
    def taken(self) -> list[Making]:
        """The answers in the making."""
        return list(self._taken.values())

    def require_room(self) -> None:
        """Give up the answer that was abandoned first, if there is no room.

        Raise `OverloadedError` if there is none.
        """
        if len(self._taken) < self._limit:
            return
        abandoned = next(iter(self._abandoned.values()), None)
        if abandoned is None:
            raise OverloadedError(
                "TOO_MANY_ANSWERS",
                "All places are taken: please ask again in a moment",
                retry_after_seconds=1.0,
                max_answers=str(self._limit),
            )
        self._give_up(abandoned)

    def take(self, making: Making) -> None:
        """Give a place to an answer."""
        self._taken[id(making)] = making
        self._on_change(len(self._taken))

    def leave(self, making: Making) -> None:
        """Free the place of an answer, if it has one."""
        self._found_again(making)
        if self._taken.pop(id(making), None) is not None:
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

    def _abandon(self, making: Making) -> None:
        self._abandoned[id(making)] = making
        loop = asyncio.get_running_loop()
        making.abandonment = loop.call_later(self._abandoned_seconds, self._give_up, making)

    def _found_again(self, making: Making) -> None:
        self._abandoned.pop(id(making), None)
        if making.abandonment is not None:
            making.abandonment.cancel()
