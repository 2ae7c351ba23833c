"""How late the event loop is: what blocks it makes all calls of the process wait."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

LOOK_SECONDS = 0.25
"""How often it is looked at. Longer blocks are met for certain, shorter ones by chance."""


@contextmanager
def loop_lag(
    observe: Callable[[float], None], *, every_seconds: float = LOOK_SECONDS
) -> Generator[None]:
    """Call `observe` again and again with the seconds by which the loop came too late.

    This goes on until the block ends, in the loop that runs now.
    """
    looks = _Looks(asyncio.get_running_loop(), observe, every_seconds)
    looks.plan()
    try:
        yield
    finally:
        looks.planned.cancel()


class _Looks:
    """Asks the loop for calls at certain times, one after the other."""

    planned: asyncio.TimerHandle

    def __init__(
        self, loop: asyncio.AbstractEventLoop, observe: Callable[[float], None], seconds: float
    ) -> None:
        self._loop = loop
        self._observe = observe
        self._seconds = seconds

    def plan(self) -> None:
        due = self._loop.time() + self._seconds
        self.planned = self._loop.call_at(due, self._look, due)

    def _look(self, due: float) -> None:
        self._observe(max(0.0, self._loop.time() - due))
        self.plan()
