"""Waiting for a gRPC server to serve."""

import asyncio

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

POLL_SECONDS = 0.1
CALL_SECONDS = 2.0


async def wait_until_serving(address: str) -> None:
    """Return once the server at `address` says that it serves. Waits without limit."""
    async with grpc.aio.insecure_channel(
        address, options=[("grpc.max_reconnect_backoff_ms", 500)]
    ) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while not await _serves(stub):
            await asyncio.sleep(POLL_SECONDS)


async def _serves(stub: health_pb2_grpc.HealthStub) -> bool:
    try:
        reply = await stub.Check(health_pb2.HealthCheckRequest(), timeout=CALL_SECONDS)
    except grpc.aio.AioRpcError:
        return False
    return reply.status == health_pb2.HealthCheckResponse.SERVING
