"""Time limits of a process that has other things to do."""

import asyncio
import time

import pytest

from askmesh.resilience import patience


async def test_a_block_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TimeoutError):
        async with patience(0.01):
            await asyncio.Event().wait()


async def test_what_came_while_the_loop_stood_still_came_in_time() -> None:
    loop = asyncio.get_running_loop()
    reply: asyncio.Future[str] = loop.create_future()

    def stand_still() -> None:
        time.sleep(0.1)
        loop.call_soon(loop.call_soon, reply.set_result, "reply")

    loop.call_soon(stand_still)
    async with patience(0.08):
        assert await reply == "reply"
