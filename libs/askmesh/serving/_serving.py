"""A gRPC server with everything that each service needs."""

import errno
import socket
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from grpc import aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from askmesh.config import ServiceSettings, variable_of
from askmesh.errors import StartupError
from askmesh.rpc import MAX_MESSAGE_BYTES
from askmesh.serving._admitting import Door, OpenDoor
from askmesh.serving._incoming import CallScope
from askmesh.serving._interceptor import CallInterceptor
from askmesh.telemetry import Telemetry

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
) -> AsyncGenerator[int]:
    """Serve what `register` adds to the server until the block ends, and yield the port.

    `services` are the full names of the protobuf services. Health reports SERVING for each, for
    "" and for "liveness". At the end, health turns to NOT_SERVING, new calls are refused, and
    calls in flight have `settings.drain_seconds` to end before they are cancelled. The
    `door` tells who calls; without one everybody is believed. Behind a door that asks for
    credentials nobody is told of the API: reflection is off. Raises `StartupError` when the
    address cannot be used.
    """
    known = door or OpenDoor()
    scope = CallScope(telemetry, settings.address, known)
    server = aio.server(interceptors=[CallInterceptor(scope)], options=_OPTIONS)
    register(server)
    checks = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    for name in ("", LIVENESS, *services):
        await checks.set(name, health_pb2.HealthCheckResponse.SERVING)
    if settings.reflection and isinstance(known, OpenDoor):
        names = (*services, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
    port = _bound(server, settings)
    await server.start()
    try:
        yield port
    finally:
        await checks.enter_graceful_shutdown()
        await server.stop(settings.drain_seconds)


def _bound(server: aio.Server, settings: ServiceSettings) -> int:
    variable = variable_of(type(settings), "address")
    _try_address(settings.address, variable)
    try:
        return server.add_insecure_port(settings.address)
    except RuntimeError as error:
        raise _unusable(settings.address, variable, str(error)) from error


def _try_address(address: str, variable: str) -> None:
    """Raise `StartupError` if `address` cannot be used. gRPC itself does not say why."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise _in_use(address, variable) from error
            raise _unusable(address, variable, error.strerror or str(error)) from error


def _in_use(address: str, variable: str) -> StartupError:
    return StartupError(
        "ADDRESS_IN_USE",
        f"Port {address} is in use: stop what listens there, or set {variable}.",
        address=address,
    )


def _unusable(address: str, variable: str, cause: str) -> StartupError:
    return StartupError(
        "ADDRESS_UNUSABLE",
        f"The address {address} cannot be used ({cause}): set {variable} to one of this machine.",
        address=address,
    )
