"""Language models read the instructions before the first question comes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager

from askmesh.errors import AskmeshError
from askmesh.inference import GenerationRequest, LanguageModel

_ATTEMPTS = 60


@asynccontextmanager
async def priming(
    readers: Sequence[tuple[LanguageModel, Sequence[str]]],
    *,
    head_start_seconds: float = 0.0,
    pause_seconds: float = 1.0,
) -> AsyncGenerator[None]:
    """Give each model its beginnings of prompts: servers keep what they have read.

    Models read side by side. The block begins when all is read, or after `head_start_seconds`; then
    reading goes on beside it. A model that is not there yet is asked again. One that never comes is
    no failure.
    """
    async with asyncio.TaskGroup() as tasks:
        reading = [
            tasks.create_task(_read_all(model, beginnings, pause_seconds))
            for model, beginnings in readers
        ]
        try:
            if reading:
                await asyncio.wait(reading, timeout=head_start_seconds)
            yield
        finally:
            for task in reading:
                task.cancel()


async def _read_all(model: LanguageModel, beginnings: Sequence[str], pause_seconds: float) -> None:
    for beginning in beginnings:
        for _ in range(_ATTEMPTS):
            if await _is_read(model, beginning):
                break
            await asyncio.sleep(pause_seconds)


async def _is_read(model: LanguageModel, beginning: str) -> bool:
    request = GenerationRequest(prompt=beginning, max_tokens=1)
    try:
        async with aclosing(model.generate(request)) as chunks:
            async for _ in chunks:
                pass
    except AskmeshError:
        return False
    return True
