"""Work that keeps the processor busy, for a stage."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Event

from askmesh.resilience import threads
from askmesh.telemetry import Telemetry


def knead(stopped: Event) -> None:
    dough = b"flour" * 100_000
    while not stopped.is_set():
        hashlib.sha256(dough)


@asynccontextmanager
async def kneading(signals: Telemetry) -> AsyncGenerator[None]:
    """Keep a thread busy, for a stage, until the block ends."""
    stopped = Event()

    async def bake() -> None:
        async with threads("oven", 1) as working:
            with signals.stage("baking"):
                await working.call(lambda: knead(stopped))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bake())
        try:
            yield
        finally:
            stopped.set()
