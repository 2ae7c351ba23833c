"""The health of the services behind the gateway, over gRPC."""

import grpc

from askmesh.gateway.ports import ServiceStatus
from askmesh.rpc import serving_status


class GrpcServiceHealth:
    """Ask a service's own health service."""

    def __init__(self, name: str, channel: grpc.aio.Channel, *, seconds: float) -> None:
        self._name = name
        self._channel = channel
        self._seconds = seconds

    async def check(self) -> ServiceStatus:
        status = await serving_status(self._channel, seconds=self._seconds)
        serving = status == "SERVING"
        return ServiceStatus(self._name, serving, "" if serving else status)
