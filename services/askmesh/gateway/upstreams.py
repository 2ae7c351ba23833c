"""Calls of services behind the gateway: every wait is bounded, every failure remembered."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Sequence,
)
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import TypeVar

from grpc.aio import Call, Channel, UnaryStreamMultiCallable, UnaryUnaryMultiCallable

from askmesh.errors import DeadlineError, UnavailableError
from askmesh.gateway.budget import FAIR_SHARE
from askmesh.resilience import Attempts, Breaker, BreakerPosition
from askmesh.rpc import upstream_errors

SLOW_SHARE = 0.8
"""One that took more than this share of the time that it had will soon take more than all."""

Req = TypeVar("Req")
Res = TypeVar("Res")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UpstreamReport:
    """Whether a service is asked, of how many replicas, and how many of them come last."""

    breaker: BreakerPosition
    replica_count: int
    resting_replica_count: int


@dataclass(frozen=True, slots=True)
class Upstream:
    """One service behind the gateway.

    A slow one is left alone only where an answer can go on without it. `is_needed` is no such one:
    it is asked however slow it is, and after a failure its callers wait for whether it works again.
    """

    name: str
    breaker: Breaker
    attempts: Attempts[Channel]
    is_needed: bool = False

    @property
    def state(self) -> UpstreamReport:
        """How it is asked now."""
        replicas = self.attempts.replicas
        return UpstreamReport(self.breaker.state, len(replicas.all), replicas.resting_count)

    def silent(self, seconds: float) -> UnavailableError:
        """Return the error that says that the service does not answer."""
        return UnavailableError(
            f"{self.name.upper()}_UNAVAILABLE", f"{self.name} did not answer within {seconds:g} s"
        )


@dataclass(frozen=True, slots=True)
class AskedUpstream(Upstream):
    """One whose calls bring one answer."""

    async def call(
        self,
        kind: str,
        method: Callable[[Channel], UnaryUnaryMultiCallable[Req, Res]],
        request: Req,
        *,
        seconds: float,
        usual_seconds: float,
    ) -> Res:
        """Return a replica's answer within so many seconds. Calls of a kind take alike long."""
        ends = monotonic() + seconds
        if self.is_needed:
            await self.breaker.passable(seconds * (1 - FAIR_SHARE))

        async def ask(channel: Channel) -> Res:
            with upstream_errors(self.name):
                return await method(channel)(request, timeout=ends - monotonic())

        with self._attempt(seconds, usual_seconds):
            return await self.attempts.call(kind, ask)

    @contextmanager
    def _attempt(self, seconds: float, usual_seconds: float) -> Generator[None]:
        """Raise what becomes of the block's call as ours, and remember it."""
        if seconds <= 0:
            raise DeadlineError("DEADLINE_EXCEEDED", f"no time is left to ask {self.name}")
        slow_seconds = inf if self.is_needed else max(seconds, usual_seconds) * SLOW_SHARE
        with self.breaker.attempt(slow_seconds=slow_seconds):
            try:
                yield
            except DeadlineError as error:
                if seconds < usual_seconds * FAIR_SHARE:
                    raise
                raise self.silent(seconds) from error


@dataclass(frozen=True, slots=True)
class Followed(Upstream):
    """One whose calls bring a stream.

    Until its first part comes, an attempt may fail or be late as those of other calls may: another
    replica is asked instead, or beside it. After that no call is made again, and only the one whose
    part came first goes on.
    """

    async def stream(
        self,
        method: Callable[[Channel], UnaryStreamMultiCallable[Req, Res]],
        request: Req,
        *,
        silence_seconds: float,
    ) -> AsyncGenerator[Res]:
        """Yield what a call brings; give it up when nothing comes for so long."""
        calls: list[Call] = []

        async def begin(channel: Channel) -> tuple[Call, AsyncIterator[Res], Res | None]:
            call = method(channel)(request)
            calls.append(call)
            messages = aiter(call)
            with upstream_errors(self.name):
                return call, messages, await anext(messages, None)

        with self.breaker.attempt() as attempt, _ending(calls), upstream_errors(self.name):
            beginning = self.attempts.call("stream", begin)
            call, messages, message = await self._in_time(beginning, silence_seconds)
            _end(each for each in calls if each is not call)
            while message is not None:
                attempt.works()
                yield message
                message = await self._in_time(anext(messages, None), silence_seconds)

    async def _in_time(self, waiting: Awaitable[T], seconds: float) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await waiting
        except TimeoutError as error:
            raise self.silent(seconds) from error


@contextmanager
def _ending(calls: Sequence[Call]) -> Generator[None]:
    """End at the end of the block what was called in it: leaving a stream does not end its call.

    Nor does giving up who waits for its first part, if that came at the same moment.
    """
    try:
        yield
    finally:
        _end(calls)


def _end(calls: Iterable[Call]) -> None:
    for call in calls:
        call.cancel()
