"""A service that runs with the environment of its pod passes the probes of its pod."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from support.manifests import Rendering

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")


@pytest.mark.parametrize("probe", PROBES)
async def test_the_gateway_passes_its_probes(
    minimal: Rendering, monkeypatch: pytest.MonkeyPatch, probe: str
) -> None:
    asked: str = minimal.container("gateway")[probe]["grpc"]["service"]
    async with _gateway(minimal, monkeypatch) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=HealthCheckRequest.SerializeToString,
            response_deserializer=HealthCheckResponse.FromString,
        )
        reply = await check(HealthCheckRequest(service=asked), timeout=60)
    assert reply.status == HealthCheckResponse.SERVING


@asynccontextmanager
async def _gateway(
    minimal: Rendering, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[grpc.aio.Channel]:
    for variable, value in minimal.environment("gateway").items():
        monkeypatch.setenv(variable, value)
    # Any free port of this machine, instead of the pod's.
    for variable in ("GATEWAY_ADDRESS", "GATEWAY_METRICS_ADDRESS"):
        monkeypatch.setenv(variable, "127.0.0.1:0")
    async with (
        gateway_service(Settings(drain_seconds=0)) as port,
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield channel
