"""Services behind the gateway that answer late."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import cast

import pytest
from grpc import aio

from askmesh.errors import UnavailableError
from askmesh.gateway.upstreams import AskedUpstream
from askmesh.resilience import Allowance, Attempts, Breaker, Replicas

LIMIT_SECONDS = 10.0
CALLS = 30


@dataclass
class Late:
    """An upstream of which each call takes nearly all the time that it has, and its clock."""

    now: float = 0.0

    def upstream(self, *, is_needed: bool) -> AskedUpstream:
        replicas = Replicas[aio.Channel](clock=lambda: self.now)
        replicas.all = [replicas.replica(aio.insecure_channel("127.0.0.1:9"), lambda: 0)]
        breaker = Breaker("late", retry_seconds=1.0, clock=lambda: self.now)
        return AskedUpstream("late", breaker, Attempts(replicas, Allowance()), is_needed=is_needed)

    async def call(self, upstream: AskedUpstream) -> str:
        async def answer(request: str, **_: float) -> str:
            self.now += 0.9 * LIMIT_SECONDS
            return request

        def method(channel: aio.Channel) -> Callable[..., Awaitable[str]]:
            del channel
            return answer

        return await upstream.call(
            "call",
            method,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            "asked",
            seconds=LIMIT_SECONDS,
            usual_seconds=LIMIT_SECONDS,
        )


async def test_a_service_that_answers_need_is_asked_however_slow_it_is() -> None:
    late = Late()
    upstream = late.upstream(is_needed=True)
    assert {await late.call(upstream) for _ in range(CALLS)} == {"asked"}


async def test_a_slow_service_that_can_be_done_without_is_left_alone() -> None:
    late = Late()
    upstream = late.upstream(is_needed=False)
    while upstream.breaker.state == "closed":
        await late.call(upstream)
    with pytest.raises(UnavailableError, match="not asked again yet"):
        await late.call(upstream)


async def test_who_needs_a_service_that_failed_waits_for_whether_it_works_again() -> None:
    replicas = Replicas[aio.Channel](clock=monotonic)
    replicas.all = [replicas.replica(aio.insecure_channel("127.0.0.1:9"), lambda: 0)]
    attempts = Attempts(replicas, Allowance())
    breaker = Breaker("needed", retry_seconds=0.05)
    upstream = AskedUpstream("needed", breaker, attempts, is_needed=True)
    failed = asyncio.Event()

    async def answer(request: str, **_: float) -> str:
        if not failed.is_set():
            failed.set()
            raise UnavailableError("NEEDED_UNAVAILABLE", "it has just failed")
        return request

    def method(channel: aio.Channel) -> Callable[..., Awaitable[str]]:
        del channel
        return answer

    async def call() -> str:
        known = cast("Callable[[aio.Channel], aio.UnaryUnaryMultiCallable[str, str]]", method)
        return await upstream.call("call", known, "asked", seconds=10.0, usual_seconds=10.0)

    with pytest.raises(UnavailableError, match="just failed"):
        await call()
    assert await asyncio.gather(*(call() for _ in range(CALLS))) == ["asked"] * CALLS
