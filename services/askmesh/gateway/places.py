"""The places of answers in the making, and who follows them."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from askmesh.errors import OverloadedError
from askmesh.gateway.answers import Answer


class Places:
    """Holds the answers in the making, and gives up those that nobody follows any more.

    That happens after `abandoned_seconds`, or as soon as a place is needed.
    """

    def __init__(
        self,
        limit: int,
        abandoned_seconds: float,
        *,
        give_up: Callable[[Answer], None],
        on_change: Callable[[int], None],
    ) -> None:
        """`give_up` must make the answer leave; `on_change` takes how many places are taken."""
        self._limit = limit
        self._abandoned_seconds = abandoned_seconds
        self._give_up = give_up
        self._on_change = on_change
        self._taken: dict[str, Answer] = {}
        self._abandoned: dict[str, Answer] = {}  # the longest first

    @property
    def taken(self) -> list[Answer]:
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

    def take(self, answer: Answer) -> None:
        """Give a place to an answer."""
        self._taken[answer.answer_id] = answer
        self._on_change(len(self._taken))

    def leave(self, answer: Answer) -> None:
        """Free the place of an answer, if it has one."""
        self._found_again(answer)
        if self._taken.pop(answer.answer_id, None) is not None:
            self._on_change(len(self._taken))

    @contextmanager
    def followed(self, answer: Answer) -> Generator[None]:
        """Know that somebody follows the answer for the time of the block."""
        answer.followers += 1
        self._found_again(answer)
        try:
            yield
        finally:
            answer.followers -= 1
            if not answer.followers and answer.answer_id in self._taken:
                self._abandon(answer)

    def _abandon(self, answer: Answer) -> None:
        self._abandoned[answer.answer_id] = answer
        loop = asyncio.get_running_loop()
        answer.abandonment = loop.call_later(self._abandoned_seconds, self._give_up, answer)

    def _found_again(self, answer: Answer) -> None:
        self._abandoned.pop(answer.answer_id, None)
        if answer.abandonment is not None:
            answer.abandonment.cancel()
