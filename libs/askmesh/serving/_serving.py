"""A gRPC server with everything that each service needs."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import grpc
from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from askmesh.config import ServiceSettings, variable_of
from askmesh.resilience import Room
from askmesh.rpc import MAX_MESSAGE_BYTES
from askmesh.serving._addresses import try_address, unusable
from askmesh.serving._admitting import Door, OpenDoor
from askmesh.serving._incoming import CallScope
from askmesh.serving._probes import answering_probes
from askmesh.serving._scoped_server import ScopedServer
from askmesh.telemetry import Telemetry
from askmesh.transport import server_credentials

LIVENESS = "liveness"
_OPTIONS = (
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Requests up to here are read, and refused with a reason; gRPC ends larger ones without one.
    ("grpc.max_receive_message_length", 2 * MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a second listener
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    # Channels ask every second whether their peer is there; what is faster is no client of ours.
    ("grpc.http2.min_ping_interval_without_data_ms", 500),
    # Clients connect anew from time to time, and so find new replicas.
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 600_000),
)


@asynccontextmanager
async def serving(
    register: Callable[[aio.Server], object],
    *,
    services: Sequence[str],
    settings: ServiceSettings,
    telemetry: Telemetry,
    door: Door | None = None,
    rooms: Mapping[str, Room] | None = None,
) -> AsyncGenerator[int]:
    """Serve what `register` adds to the server until the block ends, and yield the port.

    `services` are the full names of the protobuf services. Health reports SERVING for each, for
    "" and for "liveness". At the end, health turns to NOT_SERVING, new calls are refused, and
    calls in flight have `settings.drain_seconds` to end before they are cancelled. The
    `door` tells who calls; without one everybody is believed. Behind a door that asks for
    credentials nobody is told of the API: reflection is off. Calls of a method that `rooms` name,
    as in "/package.Service/Method", are read and served in a place of the room, or refused. With
    `settings.tls` callers connect by TLS. Raises `StartupError` when an address or a certificate
    cannot be used.
    """
    known = door or OpenDoor()
    scope = CallScope(telemetry, settings.address, known, rooms or {})
    server = ScopedServer(scope, _OPTIONS)
    register(server)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    for name in ("", LIVENESS, *services):
        await checks.set(name, health_pb2.HealthCheckResponse.SERVING)
    if settings.reflection and known.is_open:
        names = (*services, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
    port = _bound(server, settings, await asyncio.to_thread(_credentials, settings))
    async with answering_probes(checks, settings):
        await server.start()
        try:
            yield port
        finally:
            await checks.enter_graceful_shutdown()
            await server.stop(settings.drain_seconds)


def _credentials(settings: ServiceSettings) -> grpc.ServerCredentials | None:
    if settings.tls is None:
        return None
    return server_credentials(settings.tls, callers_are_certified=settings.callers_are_certified)


def _bound(
    server: aio.Server, settings: ServiceSettings, credentials: grpc.ServerCredentials | None
) -> int:
    variable = variable_of(type(settings), "address")
    try_address(settings.address, variable)
    try:
        if credentials is not None:
            return server.add_secure_port(settings.address, credentials)
        return server.add_insecure_port(settings.address)
    except RuntimeError as error:
        raise unusable(settings.address, variable, str(error)) from error
