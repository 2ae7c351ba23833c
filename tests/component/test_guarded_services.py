"""Services give nothing but health to who shows no credential, or, open to all, tell their API."""

from pathlib import Path

import pytest
from grpc import StatusCode, aio

from askmesh.authentication import new_secret
from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Role
from askmesh.rpc import by_credential
from support.credentials import STATUS, Keys, methods_of
from support.guarded_services import REFUSED, SERVICES, guarded, refusals, unguarded
from support.reflection import listed_services
from support.upstreams import settings_before, upstreams

PROTOS = Path(__file__).parents[2] / "protos" / "askmesh" / "api"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"


@pytest.mark.parametrize("name", SERVICES)
async def test_without_a_credential_a_service_gives_nothing_but_health(
    keys: Keys, name: str
) -> None:
    methods = [*methods_of(SERVICES[name])]
    async with guarded(name, keys) as port:
        assert await refusals(port, methods) == dict.fromkeys(methods, REFUSED)
        told = await refusals(port, [REFLECTION])
    assert told[REFLECTION][0] is StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("name", SERVICES)
async def test_where_nobody_needs_a_credential_a_service_tells_its_api(
    tmp_path: Path, name: str
) -> None:
    async with (
        unguarded(name, tmp_path) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        assert SERVICES[name].full_name in await listed_services(channel)


def test_every_service_of_the_api_is_asked() -> None:
    packages = {path.parts[-3] for path in PROTOS.glob("*/v1/*.proto")}
    assert SERVICES.keys() == packages - {"common"}


def guarded_gateway(keys: Keys, address: str) -> Settings:
    changes = keys.edge | {"signing_key_file": str(keys.folder / "private.pem")}
    return settings_before(address, **changes)


async def test_a_credential_opens_the_gateway_and_appears_nowhere(
    keys: Keys, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    wrong, told = new_secret(), ""
    async with (
        upstreams() as behind,
        gateway_service(guarded_gateway(keys, behind.address)) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        status: aio.UnaryUnaryMultiCallable[bytes, bytes]
        status = channel.unary_unary(STATUS, bytes, bytes)
        metadata = aio.Metadata(*by_credential(keys.secrets[Role.OPERATOR]))
        await status(b"", metadata=metadata, timeout=60)
        for secret in (wrong, keys.secrets[Role.READER]):
            with pytest.raises(aio.AioRpcError) as caught:
                await status(b"", metadata=aio.Metadata(*by_credential(secret)), timeout=60)
            told += f"{caught.value.details()}{caught.value.trailing_metadata()}"
    output = capfd.readouterr()
    everything = told + caplog.text + output.out + output.err
    assert "call served" in caplog.text
    for secret in (wrong, *keys.secrets.values()):
        assert secret not in everything
        assert secret.removeprefix("askmesh_") not in everything
