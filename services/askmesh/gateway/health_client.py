"""The health of the services behind the gateway, over gRPC."""

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from askmesh.gateway.ports import ServiceStatus


class GrpcServiceHealth:
    """Ask a service's own health service."""

    def __init__(self, name: str, channel: grpc.aio.Channel, *, seconds: float) -> None:
        self._name = name
        self._stub = health_pb2_grpc.HealthStub(channel)
        self._seconds = seconds

    async def check(self) -> ServiceStatus:
        request = health_pb2.HealthCheckRequest()
        try:
            reply = await self._stub.Check(request, timeout=self._seconds)
        except grpc.aio.AioRpcError as error:
            return ServiceStatus(self._name, serving=False, detail=error.code().name)
        serving = reply.status == health_pb2.HealthCheckResponse.SERVING
        detail = "" if serving else health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status)
        return ServiceStatus(self._name, serving, detail)
