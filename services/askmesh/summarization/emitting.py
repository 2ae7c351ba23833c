"""An asynchronous generator of what a task emits."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")
Emit = Callable[[T], Awaitable[None]]

QUEUED_ITEMS = 32
"""A consumer that falls further behind holds the producer back."""


async def emitted_by(
    produce: Callable[[Emit[T]], Coroutine[object, object, None]],
) -> AsyncGenerator[T]:
    """Yield what `produce` emits. Closing the generator cancels it and waits until it is gone.

    Unlike a generator, `produce` may hold task groups, time limits and spans while it emits.
    """
    queue: asyncio.Queue[T | None] = asyncio.Queue(QUEUED_ITEMS)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_run(produce, queue))
        while (item := await queue.get()) is not None:
            try:
                yield item
            except GeneratorExit:
                # Raised through the group, it would become an ExceptionGroup.
                task.cancel()
                return


async def _run(
    produce: Callable[[Emit[T]], Coroutine[object, object, None]], queue: asyncio.Queue[T | None]
) -> None:
    await produce(queue.put)
    await queue.put(None)
