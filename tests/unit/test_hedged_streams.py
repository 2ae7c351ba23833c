"""Two replicas of one service that begin the same stream at the same moment."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import cast

from grpc import aio

from askmesh.gateway.upstreams import Followed
from askmesh.resilience import Allowance, Attempts, Breaker, Replicas

ENOUGH = 20
"""After so many streams it is known when one is late."""


@dataclass
class Generation:
    """A stream of words whose first one waits for `may_begin`; it runs until it ends."""

    may_begin: asyncio.Event
    is_running: bool = True

    async def __aiter__(self) -> AsyncGenerator[str]:
        await self.may_begin.wait()
        yield "one"
        yield "two"
        self.is_running = False

    def cancel(self) -> None:
        self.is_running = False


@dataclass
class TwoReplicas:
    """Both begin what they are asked as soon as they `may_begin`; all their work is kept."""

    may_begin: asyncio.Event = field(default_factory=asyncio.Event)
    generations: list[Generation] = field(default_factory=list[Generation])
    has_two: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        replicas = Replicas[aio.Channel]()
        peers = [cast("aio.Channel", object()) for _ in range(2)]
        replicas.all = [replicas.replica(each, lambda: 0) for each in peers]
        breaker = Breaker("summarization", retry_seconds=1.0)
        self.upstream = Followed("summarization", breaker, Attempts(replicas, Allowance()))

    @property
    def running(self) -> int:
        return sum(each.is_running for each in self.generations)

    def stream(self) -> AsyncGenerator[str]:
        return self.upstream.stream(
            self._method,  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            "asked",
            silence_seconds=60.0,
        )

    async def learn_what_is_late(self) -> None:
        self.may_begin.set()
        for _ in range(ENOUGH):
            assert [word async for word in self.stream()] == ["one", "two"]
        self.may_begin.clear()
        self.generations.clear()
        self.has_two.clear()

    def _method(self, channel: aio.Channel) -> Callable[[str], Generation]:
        del channel
        return self._begin

    def _begin(self, request: str) -> Generation:
        del request
        self.generations.append(Generation(self.may_begin))
        if len(self.generations) == 2:
            self.has_two.set()
        return self.generations[-1]


async def test_of_two_that_begin_at_the_same_moment_one_goes_on() -> None:
    replicas = TwoReplicas()
    await replicas.learn_what_is_late()
    async with aclosing(replicas.stream()) as words, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(anext(words))
        await replicas.has_two.wait()
        replicas.may_begin.set()
        assert await first == "one"
        assert replicas.running == 1
        assert [word async for word in words] == ["two"]
    assert (len(replicas.generations), replicas.running) == (2, 0)


async def test_whoever_leaves_as_both_begin_leaves_none_running() -> None:
    replicas = TwoReplicas()
    await replicas.learn_what_is_late()
    async with aclosing(replicas.stream()) as words:
        first = asyncio.create_task(anext(words))
        await replicas.has_two.wait()
        replicas.may_begin.set()
        while not first.done():
            first.cancel()
            await asyncio.sleep(0)
    assert replicas.running == 0
