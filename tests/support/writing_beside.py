"""A text that is written all the time, to tell time by: by its pieces, and not by a clock."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from itertools import count

from askmesh.inference import GenerationRequest, LanguageModel, triton_language_model
from askmesh.telemetry import silent_telemetry
from support.triton import RunningTriton


class WritingBeside:
    """Counts the pieces of the text that were written."""

    def __init__(self) -> None:
        self._pieces = 0
        self.begun = asyncio.Event()

    async def write(self, model: LanguageModel) -> None:
        """Write until cancelled."""
        for seed in count():
            request = GenerationRequest(prompt=f"Once upon a time, {seed}", max_tokens=500)
            async for _ in model.generate(request):
                self._pieces += 1
                self.begun.set()

    async def pieces_while(self, goes_on: Callable[[], object]) -> int:
        """Return how many pieces are written until something has ended."""
        before = self._pieces
        while await asyncio.to_thread(goes_on):
            pass
        return self._pieces - before


@asynccontextmanager
async def writing_beside(triton: RunningTriton, model: str) -> AsyncGenerator[WritingBeside]:
    """Let a model of Triton write until the block ends; the block begins with its first piece."""
    async with (
        triton_language_model(triton.address, model, silent_telemetry()) as language_model,
        asyncio.TaskGroup() as tasks,
    ):
        beside = WritingBeside()
        writing = tasks.create_task(beside.write(language_model))
        await beside.begun.wait()
        try:
            yield beside
        finally:
            writing.cancel()
