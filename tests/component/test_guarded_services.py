"""Services that ask for credentials: raw calls without one get nothing but health."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from grpc import StatusCode, aio
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse

from askmesh.authentication import (
    new_secret,
)
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Role
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.query_understanding.settings import Settings as UnderstandingSettings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.rpc import by_credential, reason_of
from askmesh.telemetry import silent_telemetry
from support.credentials import GATEWAY, INGESTION, STATUS, UNDERSTANDING, Keys, methods_of
from support.ingestion import Surroundings
from support.upstreams import settings_before, upstreams

UNARY = "/askmesh.test.v1.EchoService/Unary"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def raw_call(channel: aio.Channel, method: str) -> aio.UnaryUnaryMultiCallable[bytes, bytes]:
    return channel.unary_unary(method, bytes, bytes)


async def refusals(port: int, methods: Iterable[str]) -> dict[str, tuple[StatusCode, str]]:
    """What raw calls without a credential come to; and health, which must serve."""
    found: dict[str, tuple[StatusCode, str]] = {}
    async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        for method in methods:
            with pytest.raises(aio.AioRpcError) as caught:
                await raw_call(channel, method)(b"", timeout=10)
            found[method] = caught.value.code(), reason_of(caught.value)
        health = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            HealthCheckRequest.SerializeToString,
            HealthCheckResponse.FromString,
        )
        assert (
            await health(HealthCheckRequest(), timeout=10)
        ).status == HealthCheckResponse.SERVING
    return found


def nothing(methods: Iterable[str]) -> dict[str, tuple[StatusCode, str]]:
    return dict.fromkeys(methods, (StatusCode.UNAUTHENTICATED, "CREDENTIAL_MISSING"))


REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


@asynccontextmanager
async def guarded_gateway(keys: Keys, address: str = "127.0.0.1:1") -> AsyncGenerator[int]:
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    settings = settings_before(address, reflection=True, **changes)
    async with gateway_service(settings) as port:
        yield port


async def test_without_a_credential_the_gateway_gives_nothing_but_health(keys: Keys) -> None:
    methods = [*methods_of(GATEWAY)]
    async with guarded_gateway(keys) as port:
        assert await refusals(port, methods) == nothing(methods)
        told = await refusals(port, [REFLECTION])
    assert told[REFLECTION][0] is StatusCode.UNIMPLEMENTED


async def test_without_a_credential_ingestion_gives_nothing_but_health(keys: Keys) -> None:
    methods, around = [*methods_of(INGESTION)], Surroundings()
    settings = IngestionSettings.model_validate(keys.edge | {"address": "127.0.0.1:0"})
    signals = silent_telemetry()
    async with ingestion_server(
        settings, signals, around.store, around.cache, around.embedder
    ) as port:
        assert await refusals(port, methods) == nothing(methods)


async def test_without_the_gateways_token_a_service_behind_it_gives_nothing(keys: Keys) -> None:
    methods = [*methods_of(UNDERSTANDING)]
    settings = UnderstandingSettings(
        address="127.0.0.1:0",
        metrics_address="127.0.0.1:0",
        verifying_key_file=str(keys.folder / "public.pem"),
    )
    async with query_understanding_service(settings) as port:
        assert await refusals(port, methods) == nothing(methods)


async def test_a_credential_opens_the_gateway_and_appears_nowhere(
    keys: Keys, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    wrong, told = new_secret(), ""
    async with (
        upstreams() as behind,
        guarded_gateway(keys, behind.address) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        status = raw_call(channel, STATUS)
        metadata = aio.Metadata(*by_credential(keys.secrets[Role.OPERATOR]))
        await status(b"", metadata=metadata, timeout=10)
        for secret in (wrong, keys.secrets[Role.READER]):
            with pytest.raises(aio.AioRpcError) as caught:
                await status(b"", metadata=aio.Metadata(*by_credential(secret)), timeout=10)
            told += f"{caught.value.details()}{caught.value.trailing_metadata()}"
    output = capfd.readouterr()
    everything = told + caplog.text + output.out + output.err
    assert "call served" in caplog.text
    for secret in (wrong, *keys.secrets.values()):
        assert secret not in everything
        assert secret.removeprefix("askmesh_") not in everything
