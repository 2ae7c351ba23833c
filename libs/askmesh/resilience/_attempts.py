"""Calls that are made again where an attempt breaks, and beside where one is late."""

import asyncio
import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from itertools import count
from time import monotonic
from typing import Generic, Literal, TypeAlias, TypeVar

from askmesh.errors import (
    AskmeshError,
    DeadlineError,
    OverloadedError,
    UnavailableError,
    UnreachableError,
)
from askmesh.resilience._allowance import Allowance
from askmesh.resilience._replicas import Replica, Replicas

SHARE = 0.95


class Latencies:
    """The time that all but one of twenty calls took, of the last ones that were answered."""

    def __init__(self, *, kept: int = 200, needed: int = 20) -> None:
        self._seconds = deque[float](maxlen=kept)
        self._needed = needed

    def add(self, seconds: float) -> None:
        """Take the time of an answered call."""
        self._seconds.append(seconds)

    def high(self) -> float | None:
        """Return the 95th percentile; None as long as too few calls were answered."""
        if len(self._seconds) < self._needed:
            return None
        return sorted(self._seconds)[int(len(self._seconds) * SHARE)]


C = TypeVar("C")
T = TypeVar("T")
Extra: TypeAlias = Literal["retry", "hedge", "hedge_won"]

MOST_ATTEMPTS = 3
BACKOFF_SECONDS = 0.05
MOST_BACKOFF_SECONDS = 0.5
LEAST_HEDGE_SECONDS = 0.02


class Attempts(Generic[C]):
    """Makes calls to a service that may be made twice without harm.

    An attempt that takes longer than 19 of 20 calls of its kind do gets a second one beside it,
    at another replica; the answer of either counts, the other attempt is cancelled. An attempt
    that breaks is made again after a random, growing wait. What a replica refuses is asked of
    another one, and of that replica not before it said. All of this comes out of one allowance.
    """

    def __init__(
        self,
        replicas: Replicas[C],
        allowance: Allowance,
        *,
        on_extra: Callable[[Extra], None] = lambda _: None,
    ) -> None:
        """`on_extra` is told of each attempt beyond the first, and of each hedge that won."""
        self.replicas = replicas
        self._allowance = allowance
        self._on_extra = on_extra
        self._latencies = defaultdict[str, Latencies](Latencies)

    async def call(self, kind: str, ask: Callable[[C], Awaitable[T]]) -> T:
        """Return what `ask` returns for one of the replicas, or raise why none answered.

        Calls of a kind take alike long. There are few kinds.
        """
        self._allowance.earn()
        tried: list[Replica[C]] = []
        for failures in count(1):
            outcome = await self._race(ask, self._latencies[kind], tried)
            if not isinstance(outcome, AskmeshError):
                return outcome
            if failures == MOST_ATTEMPTS or not self._again(outcome, tried):
                raise outcome
            ceiling = min(MOST_BACKOFF_SECONDS, BACKOFF_SECONDS * 2 ** (failures - 1))
            await asyncio.sleep(random.uniform(0.0, ceiling))  # noqa: S311 - spreads load
        raise AssertionError("unreachable")

    async def _race(
        self, ask: Callable[[C], Awaitable[T]], latencies: Latencies, tried: list[Replica[C]]
    ) -> T | AskmeshError:
        """Return what becomes of an attempt, or of the one made beside it."""
        first = self._choose(tried)
        patience = latencies.high()
        if patience is None or not self.replicas.another(tried):
            return await self._ask(first, ask, latencies)
        async with asyncio.TaskGroup() as attempts:
            early = attempts.create_task(self._ask(first, ask, latencies))
            await asyncio.wait([early], timeout=max(patience, LEAST_HEDGE_SECONDS))
            if early.done() or not self._extra("hedge", possible=self.replicas.another(tried)):
                return await early
            late = attempts.create_task(self._ask(self._choose(tried), ask, latencies))
            winner = await _first_answer(early, late)
            if winner is late and not isinstance(late.result(), AskmeshError):
                self._on_extra("hedge_won")
                if early.cancel():
                    first.lost()
            late.cancel()
            return winner.result()

    async def _ask(
        self, replica: Replica[C], ask: Callable[[C], Awaitable[T]], latencies: Latencies
    ) -> T | AskmeshError:
        began = monotonic()
        replica.in_flight += 1
        try:
            answer = await ask(replica.peer)
        except AskmeshError as error:
            _learn(replica, error)
            return error
        finally:
            replica.in_flight -= 1
        replica.answered()
        latencies.add(monotonic() - began)
        return answer

    def _choose(self, tried: list[Replica[C]]) -> Replica[C]:
        replica = self.replicas.choose(tried)
        tried.append(replica)
        return replica

    def _again(self, error: AskmeshError, tried: list[Replica[C]]) -> bool:
        if not isinstance(error, UnavailableError | OverloadedError):
            return False
        possible = isinstance(error, UnreachableError) or self.replicas.another(tried)
        return self._extra("retry", possible=possible)

    def _extra(self, kind: Extra, *, possible: bool) -> bool:
        if not (possible and self._allowance.spend()):
            return False
        self._on_extra(kind)
        return True


async def _first_answer(
    early: asyncio.Task[T | AskmeshError], late: asyncio.Task[T | AskmeshError]
) -> asyncio.Task[T | AskmeshError]:
    """Return the attempt that counts: the first that does not end for want of the replica."""
    done, pending = await asyncio.wait([early, late], return_when=asyncio.FIRST_COMPLETED)
    for task in sorted(done, key=lambda task: task is late):
        if not isinstance(task.result(), UnavailableError | OverloadedError | DeadlineError):
            return task
    await asyncio.wait([early, late])
    return next(iter(pending), early)


def _learn(replica: Replica[C], error: AskmeshError) -> None:
    match error:
        case UnreachableError():
            pass  # its connection shows that
        case UnavailableError() | OverloadedError():
            replica.rest(error.retry_after_seconds)
        case DeadlineError():
            replica.lost()
        case _:
            replica.answered()
