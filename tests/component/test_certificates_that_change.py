"""Certificates in files: which are refused, and which are taken while calls go on."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import InnerSettings, ServiceSettings
from askmesh.rpc import channel_to
from askmesh.telemetry import silent_telemetry
from askmesh.transport import TlsFiles, connecting
from askmesh.transport._reading import read_pems
from askmesh.transport._renewing import RenewedChannel
from support.certificates import Authority, replace, settings_of
from support.echo import Behaviours, Context, EchoClient, echo_service, text

OFTEN = 0.01


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


async def shown(_: StringValue, context: Context) -> StringValue:
    """Answer with the certificate that the caller shows."""
    return text(next(iter(context.auth_context()["x509_pem_cert"])).decode())


@asynccontextmanager
async def talking(
    server: TlsFiles, client: TlsFiles, behaviours: Behaviours
) -> AsyncGenerator[tuple[EchoClient, int]]:
    settings = InnerSettings.model_validate({"drain_seconds": 0, **settings_of(server)})
    async with (
        asyncio.timeout(60),
        echo_service(settings=settings, **behaviours) as port,
        connecting(client, look_seconds=OFTEN) as transport,
        channel_to(f"localhost:{port}", silent_telemetry(), transport=transport) as channel,
    ):
        yield EchoClient(channel), port


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    while not await holds():
        pass


async def shown_by(port: int) -> str:
    """Return the certificate that a server shows to who connects now."""
    address = ("localhost", port)
    pem = await asyncio.to_thread(ssl.get_server_certificate, address, timeout=60)
    return pem.strip()


async def test_a_client_goes_over_to_its_new_certificate_and_no_call_fails(
    authority: Authority,
) -> None:
    client = authority.files("client")
    async with talking(authority.files("server"), client, {"unary": shown}) as (caller, _):
        method = caller.unary

        async def told() -> str:
            return (await method(text(""), timeout=60)).value.strip()

        for _ in range(3):
            new = read_pems(authority.files("client")).certificate or b""

            async def is_new(pem: str = new.decode().strip()) -> bool:
                return await told() == pem

            await until(is_new)


async def test_a_server_shows_its_new_certificate_to_who_connects_then(
    authority: Authority,
) -> None:
    async with talking(authority.files("server"), authority.files("client"), {"unary": shown}) as (
        caller,
        port,
    ):
        await caller.unary(text(""), timeout=60)
        new = read_pems(authority.files("server")).certificate or b""
        assert await shown_by(port) == new.decode().strip()
        await caller.unary(text(""), timeout=60)


async def test_a_stream_ends_where_it_began_while_certificates_change(
    authority: Authority,
) -> None:
    may_end = asyncio.Event()

    async def stream(_: StringValue, context: Context) -> AsyncGenerator[StringValue]:
        yield text("first")
        await may_end.wait()
        yield await shown(text(""), context)

    files = authority.files("client")
    behaviours: Behaviours = {"unary": shown, "stream": stream}
    async with talking(authority.files("server"), files, behaviours) as (caller, _):
        old = (await caller.unary(text(""), timeout=60)).value
        answers = aiter(caller.stream(text(""), timeout=60))
        assert (await anext(answers)).value == "first"
        authority.files("client")

        async def has_changed() -> bool:
            return (await caller.unary(text(""), timeout=60)).value != old

        await until(has_changed)
        may_end.set()
        assert [answer.value async for answer in answers] == [old]


async def test_calls_stay_with_the_old_connection_until_the_new_one_is_there() -> None:
    settings = ServiceSettings(drain_seconds=0)
    async with echo_service(settings=settings, unary=echoed) as port:
        targets = iter([f"127.0.0.1:{port}", "127.0.0.1:1", f"127.0.0.1:{port}"])
        channel = RenewedChannel(lambda: aio.insecure_channel(next(targets)))
        async with channel:
            method = EchoClient(channel).unary
            await method(text("first"), timeout=60)
            await channel.renew()
            assert channel.take_newest() is None
            assert (await method(text("second"), timeout=60)).value == "second"
            await channel.renew()
            async with asyncio.timeout(60):
                while (retired := channel.take_newest()) is None:
                    await method(text("meanwhile"), timeout=60)
            await channel.end(retired, seconds=10)
            assert (await method(text("third"), timeout=60)).value == "third"


async def test_a_new_authority_is_believed_once_it_is_in_the_file(
    authority: Authority, tmp_path: Path
) -> None:
    """The old one is taken away last, when nobody shows its certificates any more."""
    coming = Authority(tmp_path, "coming")
    server, client = authority.files("server"), authority.files("client")
    async with talking(server, client, {"unary": shown}) as (caller, port):
        await caller.unary(text(""), timeout=60)
        authority.path.write_bytes(authority.path.read_bytes() + coming.path.read_bytes())
        for name in ("client", "server"):
            made = coming.signed(name)
            replace(tmp_path / f"{name}.pem", tmp_path / f"{name}.key", made)
        new = (tmp_path / "client.pem").read_text().strip()

        async def is_new() -> bool:
            return (await caller.unary(text(""), timeout=60)).value.strip() == new

        await until(is_new)
        authority.path.write_bytes(coming.path.read_bytes())
        assert await shown_by(port) == (tmp_path / "server.pem").read_text().strip()
        await caller.unary(text(""), timeout=60)


async def test_files_that_do_not_fit_change_nothing(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    server = authority.files("server")
    async with talking(server, authority.files("client"), {"unary": shown}) as (caller, port):
        before = await shown_by(port)
        assert server.certificate
        server.certificate.write_bytes(authority.signed("server").certificate)
        assert await shown_by(port) == before
        assert "the certificates that were read last still count" in caplog.text
        server.certificate.unlink()
        assert await shown_by(port) == before
        await caller.unary(text(""), timeout=60)
        authority.files("server")
        assert await shown_by(port) != before


async def test_what_is_raised_while_connections_are_open_comes_out_as_it_is(
    authority: Authority,
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with connecting(authority.files("client")):
            raise ZeroDivisionError
