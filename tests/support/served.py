"""A servicer behind a real server, and a channel to it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.rpc import channel_to
from askmesh.serving import serving
from askmesh.telemetry import Telemetry, silent_telemetry


@asynccontextmanager
async def served(
    register: Callable[[aio.Server], object],
    *services: str,
    telemetry: Telemetry | None = None,
) -> AsyncGenerator[aio.Channel]:
    """Serve what `register` adds, in this process, and yield a channel to it."""
    own = telemetry or silent_telemetry()
    settings = ServiceSettings(drain_seconds=0)
    async with (
        serving(register, services=services, settings=settings, telemetry=own) as port,
        channel_to(f"127.0.0.1:{port}", own) as channel,
    ):
        yield channel
