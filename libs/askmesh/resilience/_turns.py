"""What callers ask in one turn of the event loop, sent together."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Generic, TypeAlias, TypeVar

Q = TypeVar("Q")
R = TypeVar("R")

Send: TypeAlias = Callable[[Sequence[Q]], Awaitable[Sequence[R | Exception]]]
"""Sends what was asked and returns the replies in order. A reply that is an exception is raised to
whoever asked; a raised one to all."""

OnWait: TypeAlias = Callable[[float], None]
"""Is told for how many seconds there was no room to begin."""


class Turns(Generic[Q, R]):
    """Sends what was asked in one turn as one batch, at most `batches` at a time.

    While they are on their way, the next batch gathers whatever comes: everybody's next turn is
    the next batch, so nobody waits longer than for one batch before their own.
    """

    def __init__(self, send: Send[Q, R], *, batches: int, on_wait: OnWait = lambda _: None) -> None:
        """`on_wait` is told of the first question of each batch: nobody in it waited longer."""
        self._send = send
        self._free = batches
        self._on_wait = on_wait
        self._since = 0.0
        self._asked: list[tuple[Q, asyncio.Future[R]]] = []
        self._is_planned = False
        self._on_their_way: set[asyncio.Task[None]] = set()

    def ask(self, question: Q) -> asyncio.Future[R]:
        """Return the reply to come. Giving it up disturbs no other."""
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[R] = loop.create_future()
        if not self._asked:
            self._since = perf_counter()
        self._asked.append((question, reply))
        self._plan(loop)
        return reply

    async def end(self) -> None:
        """Give up what is on its way, and what waits."""
        waiting, self._asked = self._asked, []
        _give_up(waiting)
        for task in self._on_their_way:
            task.cancel()
        await asyncio.gather(*self._on_their_way, return_exceptions=True)

    def _plan(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._free and self._asked and not self._is_planned:
            self._is_planned = True
            loop.call_soon(self._start, loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_planned = False
        if not self._asked:  # it was given up meanwhile
            return
        self._on_wait(perf_counter() - self._since)
        batch, self._asked = self._asked, []
        self._free -= 1
        task = loop.create_task(self._deliver(batch))
        self._on_their_way.add(task)
        task.add_done_callback(self._on_their_way.discard)

    async def _deliver(self, batch: Sequence[tuple[Q, asyncio.Future[R]]]) -> None:
        replies: Sequence[R | Exception]
        try:
            replies = await self._send([question for question, _ in batch])
        except asyncio.CancelledError:
            _give_up(batch)
            raise
        except Exception as error:  # noqa: BLE001 - belongs to those who asked
            replies = [error] * len(batch)
        finally:
            self._free += 1
            self._plan(asyncio.get_running_loop())
        for (_, future), reply in zip(batch, replies, strict=True):
            if future.done():
                continue
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)


def _give_up(batch: Sequence[tuple[Q, asyncio.Future[R]]]) -> None:
    for _, future in batch:
        future.cancel()


@asynccontextmanager
async def turns(
    send: Send[Q, R], *, batches: int, on_wait: OnWait = lambda _: None
) -> AsyncGenerator[Turns[Q, R]]:
    """Yield turns that end with the block."""
    opened = Turns(send, batches=batches, on_wait=on_wait)
    try:
        yield opened
    finally:
        await opened.end()
