"""A bounded pool of threads for libraries that block and release the interpreter lock."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from askmesh.tracing import current_stage, in_stage

T = TypeVar("T")


class Threads:
    """Runs blocking calls off the event loop, a fixed number at a time.

    Cancelling a call that waits for a thread takes it out of the queue; one that runs goes on in
    its thread and its result is dropped.
    """

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor

    async def call(self, function: Callable[[], T]) -> T:
        """Return what the function returns, or raise what it raises."""
        return await asyncio.get_running_loop().run_in_executor(
            self._executor, in_stage, current_stage(), function
        )

    async def call_all(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """Return what the functions return, in their order. Once one has failed, none begins."""
        loop = asyncio.get_running_loop()
        stage = current_stage()
        calls = [
            loop.run_in_executor(self._executor, in_stage, stage, function)
            for function in functions
        ]
        try:
            return await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()


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
