"""Asking a service for its health."""

from collections.abc import AsyncGenerator

from grpc import aio
from grpc_health.v1 import health_pb2


async def health_of(channel: aio.Channel, service: str = "") -> str:
    """Return SERVING, NOT_SERVING ... of `service`. Raises NOT_FOUND for services unknown."""
    check: aio.UnaryUnaryMultiCallable[
        health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse
    ] = channel.unary_unary(
        "/grpc.health.v1.Health/Check",
        health_pb2.HealthCheckRequest.SerializeToString,
        health_pb2.HealthCheckResponse.FromString,
    )
    response = await check(health_pb2.HealthCheckRequest(service=service), timeout=60)
    return health_pb2.HealthCheckResponse.ServingStatus.Name(response.status)


async def watched_health(channel: aio.Channel) -> AsyncGenerator[str]:
    """Yield the health of the whole process whenever it changes, starting with what it is now."""
    watch: aio.UnaryStreamMultiCallable[
        health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse
    ] = channel.unary_stream(
        "/grpc.health.v1.Health/Watch",
        health_pb2.HealthCheckRequest.SerializeToString,
        health_pb2.HealthCheckResponse.FromString,
    )
    async for response in watch(health_pb2.HealthCheckRequest(), timeout=60):
        yield health_pb2.HealthCheckResponse.ServingStatus.Name(response.status)
