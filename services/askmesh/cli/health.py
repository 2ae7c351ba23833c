"""Waiting for a gRPC server to serve."""

import asyncio

from askmesh.rpc import channel_to, serving_status
from askmesh.tracing import tracing_of_application
from askmesh.transport import TlsFiles, connecting

POLL_SECONDS = 0.1
CALL_SECONDS = 2.0


async def serving_status_at(address: str, tls: TlsFiles | None = None) -> str:
    """Return "SERVING", or why not: another status of grpc.health.v1, or the failed call's code."""
    async with (
        connecting(tls) as transport,
        channel_to(address, tracing_of_application(), transport=transport) as channel,
    ):
        return await serving_status(channel, seconds=CALL_SECONDS)


async def wait_until_serving(address: str, tls: TlsFiles | None = None) -> None:
    """Return once the server at `address` says that it serves. Waits without limit."""
    async with (
        connecting(tls) as transport,
        channel_to(address, tracing_of_application(), transport=transport) as channel,
    ):
        # Another process has no event of ours to wait for.
        while await serving_status(channel, seconds=CALL_SECONDS) != "SERVING":  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
