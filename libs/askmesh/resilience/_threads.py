"""A bounded pool of threads for libraries that block and release the interpreter lock."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import TypeAlias, TypeVar

from askmesh.tracing import current_stage, in_stage

T = TypeVar("T")
Waiting: TypeAlias = tuple[int, int, Callable[[], None], Callable[[], object]]
"""The turn of a call, its number, what runs it, and what gives it up."""


class Threads:
    """Runs blocking calls off the event loop, a fixed number at a time.

    Cancelling a call that waits for a thread takes it out of the queue; one that runs goes on in
    its thread and its result is dropped.
    """

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._waiting = PriorityQueue[Waiting]()
        self._numbers = count()

    async def call(self, function: Callable[[], T]) -> T:
        """Return what the function returns, or raise what it raises."""
        return await self._result_of(function, 0)

    async def call_all(self, functions: Sequence[Callable[[], T]], *, turn: int = 0) -> list[T]:
        """Return what the functions return, in their order. Once one has failed, none begins.

        Those of a lower `turn` that wait for a thread begin before those of a higher one.
        """
        calls = [self._result_of(function, turn) for function in functions]
        try:
            return await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()

    def _result_of(self, function: Callable[[], T], turn: int) -> asyncio.Future[T]:
        result = Future[T]()
        run = partial(_run, partial(in_stage, current_stage(), function), result)
        self._waiting.put((turn, next(self._numbers), run, result.cancel))
        self._executor.submit(self._run_next).add_done_callback(self._give_up_for)
        return asyncio.wrap_future(result)

    def _run_next(self) -> None:
        """Run the first of those that wait, which may have come after this was planned."""
        _, _, run, _ = self._waiting.get()
        run()

    def _give_up_for(self, thread: Future[None]) -> None:
        """Give up the first of those that wait where there was no thread for one of them."""
        if thread.cancelled() or thread.exception() is not None:
            _, _, _, give_up = self._waiting.get()
            give_up()


def _run(function: Callable[[], T], result: Future[T]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        result.set_result(function())
    except BaseException as error:  # noqa: BLE001 - belongs to who called
        result.set_exception(error)


@asynccontextmanager
async def threads(
    name: str, count: int, *, prepare: Callable[[], None] | None = None
) -> AsyncGenerator[Threads]:
    """Keep `count` threads until the block ends; then wait for the calls that run.

    `prepare` runs first in each thread.
    """
    executor = ThreadPoolExecutor(count, thread_name_prefix=name, initializer=prepare)
    try:
        yield Threads(executor)
    finally:
        await asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True)
