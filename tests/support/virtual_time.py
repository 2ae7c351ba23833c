"""An event loop whose time passes only where all wait for it."""

import asyncio
from selectors import SelectorKey, SelectSelector


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Runs what is due, then goes on to when something is due next. It has no sockets."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Skipping(self))

    def time(self) -> float:
        return self._now

    def skip(self, seconds: float) -> None:
        """Let so much time pass."""
        self._now += seconds


class _Skipping(SelectSelector):
    """Waits for nothing."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("all wait for something that never comes")
        if timeout > 0:
            self._loop.skip(timeout)
        return super().select(0)
