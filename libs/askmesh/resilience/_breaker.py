"""A memory of failure, so that nobody waits in vain for what just failed."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from math import inf
from time import monotonic
from typing import Literal, TypeAlias

from askmesh.errors import AskmeshError, DeadlineError, UnavailableError

WINDOW = 20
LEAST_CALLS = 10
FAILED_SHARE = 0.5
SLOW_SHARE = 0.8

_logger = logging.getLogger("askmesh.resilience")


BreakerPosition: TypeAlias = Literal["closed", "half-open", "open"]
"""Whether a dependency is used: always, once to see whether it works again, or never."""


class Attempt:
    """One use of the dependency. `works` says early that it does, for uses that take long."""

    def __init__(self, succeed: Callable[[bool], None]) -> None:
        self._succeed = succeed
        self._first = True

    def works(self) -> None:
        """Say that the dependency has just answered; how soon it did counts the first time."""
        first, self._first = self._first, False
        self._succeed(first)


class Breaker:
    """Refuses to use a dependency that fails or is slow, until one attempt shows that it works.

    An `UnavailableError` is a failure. It opens the breaker, unless another attempt succeeded
    while this one waited. So do failures that are `FAILED_SHARE` of the last `WINDOW` attempts,
    and successes too slow to be waited for that are `SLOW_SHARE` of them, of `LEAST_CALLS` at
    least. Attempts are then refused at once. After `retry_seconds` one of them is let through as
    a probe, the others are still refused. Success in time, and any other error that the
    dependency itself gave, closes the breaker. An attempt that is cancelled, that had too little
    time (`DeadlineError`) or that met a defect shows nothing.
    """

    def __init__(
        self,
        name: str,
        *,
        retry_seconds: float,
        clock: Callable[[], float] = monotonic,
        on_change: Callable[[str, BreakerPosition], None] = lambda _name, _state: None,
    ) -> None:
        """`on_change` is told the name and the state, when that changes."""
        self._name = name
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._on_change = on_change
        self._state: BreakerPosition = "closed"
        self._probe_time = 0.0
        self._probing = False
        self._moved = asyncio.Event()
        self._successes = 0
        self._failed = deque[bool](maxlen=WINDOW)
        self._slow = deque[bool](maxlen=WINDOW)

    @property
    def state(self) -> BreakerPosition:
        """Whether the dependency is used now."""
        return self._state

    async def passable(self, seconds: float) -> None:
        """Wait until an attempt may be allowed, at most so long."""
        ends = self._clock() + seconds
        while self._state != "closed":
            now = self._clock()
            wait = (ends if self._probing else min(ends, self._probe_time)) - now
            if wait <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), wait)

    @contextmanager
    def attempt(self, *, slow_seconds: float = inf) -> Generator[Attempt]:
        """Learn from what becomes of the block, which is slow if it takes longer than this.

        Raise `UnavailableError` if no attempt is allowed.
        """
        probing, successes = self._state != "closed", self._successes
        if probing:
            self._admit_probe()
        attempt = Attempt(partial(self._succeed, self._clock() + slow_seconds))
        try:
            yield attempt
        except UnavailableError as error:
            self._fail(error.message, alone=successes == self._successes)
            raise
        except DeadlineError:
            raise
        except AskmeshError:
            attempt.works()
            raise
        else:
            attempt.works()
        finally:
            if probing:
                self._probing = False
                self._wake()

    def trip(self, why: str) -> None:
        """Take that the dependency fails, whatever attempts showed that are under way."""
        self._open(why)

    def _admit_probe(self) -> None:
        wait = self._probe_time - self._clock()
        if self._probing or wait > 0:
            raise UnavailableError(
                f"{self._name.upper()}_UNAVAILABLE",
                f"{self._name} failed a moment ago and is not asked again yet",
                retry_after_seconds=max(wait, self._retry_seconds),
            )
        self._probing = True
        self._set("half-open")

    def _succeed(self, slow_from: float, first: bool) -> None:  # noqa: FBT001 - of `Attempt`
        self._successes += 1
        if not first:
            return
        slow = self._clock() > slow_from
        if self._state == "closed":
            self._count(slow=slow)
        elif slow:
            self._open("the probe was slow")
        else:
            self._set("closed")

    def _fail(self, why: str, *, alone: bool) -> None:
        if alone:
            self._open(why)
        elif self._state == "closed":
            self._count(why, failed=True)

    def _count(self, why: str = "", *, failed: bool = False, slow: bool = False) -> None:
        self._failed.append(failed)
        self._slow.append(slow)
        calls = len(self._failed)
        failing = sum(self._failed) >= calls * FAILED_SHARE
        if calls >= LEAST_CALLS and (failing or sum(self._slow) >= calls * SLOW_SHARE):
            self._open(why or "most answers were slow")

    def _open(self, why: str) -> None:
        self._failed.clear()
        self._slow.clear()
        self._probe_time = self._clock() + self._retry_seconds
        if self._state == "closed":
            _logger.warning("%s is left alone for %g s: %s", self._name, self._retry_seconds, why)
        self._set("open")

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _set(self, state: BreakerPosition) -> None:
        if self._state != state:
            self._state = state
            self._on_change(self._name, state)
            self._wake()
