"""The events of one answer on their way to the other gateways."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, ExitStack

from askmesh.errors import UnavailableError
from askmesh.gateway.answers import Making
from askmesh.gateway.sharing import SharedAnswers, end_of

PUBLISHING_SECONDS = 0.25
"""How often whoever makes an answer says so, and learns who follows and who cancels."""

LAST_ATTEMPTS = 8
"""How often what has ended is told to a Redis that does not answer."""

_logger = logging.getLogger("askmesh.gateway")


class Publication:
    """Gives the events of a making to the others until its end, and does what they want."""

    def __init__(
        self,
        making: Making,
        shared: SharedAnswers,
        followed: Callable[[], AbstractContextManager[None]],
        *,
        cancel: Callable[[Iterable[str]], Awaitable[None]],
    ) -> None:
        """`followed` is entered while somebody follows elsewhere, `cancel` ends answers."""
        self.making = making
        self._log = making.log
        self._shared = shared
        self._followed = followed
        self._cancel = cancel
        self._position = 0
        self._is_new = not making.log.ended  # others may have what has ended: look first
        self._is_done = False
        self._is_lost = False

    async def is_lost(self) -> bool:
        """Publish all; return whether another gateway makes it by now, so that nothing counts."""
        attempts = LAST_ATTEMPTS
        with ExitStack() as held:
            while attempts and not self._is_done:
                try:
                    await self._tell(held)
                except UnavailableError:
                    _logger.warning("an answer is known to this gateway alone for now")
                    attempts -= self._log.ended
                    await asyncio.sleep(PUBLISHING_SECONDS)
                    continue
                if not self._log.ended and self._position == self._log.last_sequence:
                    await self._log.news(PUBLISHING_SECONDS)
        return self._is_lost

    async def _tell(self, held: ExitStack) -> None:
        events = self._log.events[self._position :] if self._is_new else ()
        whole = self._log.ended and self._position + len(events) == self._log.last_sequence
        end = end_of(self._log.failure) if whole else ""
        news = await self._shared.publish(self.making.making_id, self._position, events, end)
        self._is_done = bool(end) or news.length < 0
        if news.length < 0:
            self._is_lost = self._is_new  # else others have the same
            return
        self._position, self._is_new = news.length, True
        held.close()
        if news.followed and not end:
            held.enter_context(self._followed())
        await self._cancel(news.cancelled)
