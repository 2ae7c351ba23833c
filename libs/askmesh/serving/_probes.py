"""A port for probes that know no TLS."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from grpc import aio
from grpc_health.v1 import health, health_pb2_grpc

from askmesh.config import ServiceSettings, variable_of
from askmesh.serving._addresses import try_address, unusable


@asynccontextmanager
async def answering_probes(
    checks: health.aio.HealthServicer, settings: ServiceSettings
) -> AsyncGenerator[None]:
    """Tell at `settings.health_address`, in plain text, what `checks` tells, and nothing else.

    Do nothing if it is empty. Raise `StartupError` if it cannot be used.
    """
    if not settings.health_address:
        yield
        return
    server = aio.server(options=[("grpc.so_reuseport", 0)])
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    _bind(server, settings)
    await server.start()
    try:
        yield
    finally:
        await server.stop(0)


def _bind(server: aio.Server, settings: ServiceSettings) -> None:
    address, variable = settings.health_address, variable_of(type(settings), "health_address")
    try_address(address, variable)
    try:
        server.add_insecure_port(address)
    except RuntimeError as error:
        raise unusable(address, variable, str(error)) from error
