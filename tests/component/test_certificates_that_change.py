"""Certificates in files: which are refused, and which are taken while calls go on."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace as with_changes
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from google.protobuf.wrappers_pb2 import StringValue

from askmesh.config import InnerSettings
from askmesh.errors import StartupError
from askmesh.rpc import channel_to
from askmesh.telemetry import silent_telemetry
from askmesh.transport import TlsFiles, connecting
from askmesh.transport._reading import read_pems
from support.certificates import OVER, Authority, replace, settings_of
from support.echo import Behaviours, Context, EchoClient, echo_service, text

OFTEN = 0.01


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def shown(_: StringValue, context: Context) -> StringValue:
    """Answer with the certificate that the caller shows."""
    return text(next(iter(context.auth_context()["x509_pem_cert"])).decode())


@asynccontextmanager
async def talking(
    server: TlsFiles, client: TlsFiles, behaviours: Behaviours
) -> AsyncGenerator[tuple[EchoClient, int]]:
    settings = InnerSettings.model_validate({"drain_seconds": 0, **settings_of(server)})
    async with (
        asyncio.timeout(20),
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
    pem = await asyncio.to_thread(ssl.get_server_certificate, address, timeout=5)
    return pem.strip()


async def test_a_client_goes_over_to_its_new_certificate_and_no_call_fails(
    authority: Authority,
) -> None:
    client = authority.files("client")
    async with talking(authority.files("server"), client, {"unary": shown}) as (caller, _):
        method = caller.unary

        async def told() -> str:
            return (await method(text(""), timeout=5)).value.strip()

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
        await caller.unary(text(""), timeout=5)
        new = read_pems(authority.files("server")).certificate or b""
        assert await shown_by(port) == new.decode().strip()
        await caller.unary(text(""), timeout=5)


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
        old = (await caller.unary(text(""), timeout=5)).value
        answers = aiter(caller.stream(text(""), timeout=15))
        assert (await anext(answers)).value == "first"
        authority.files("client")

        async def has_changed() -> bool:
            return (await caller.unary(text(""), timeout=5)).value != old

        await until(has_changed)
        may_end.set()
        assert [answer.value async for answer in answers] == [old]


async def test_a_new_authority_is_believed_once_it_is_in_the_file(
    authority: Authority, tmp_path: Path
) -> None:
    """The old one is taken away last, when nobody shows its certificates any more."""
    coming = Authority(tmp_path, "coming")
    server, client = authority.files("server"), authority.files("client")
    async with talking(server, client, {"unary": shown}) as (caller, port):
        await caller.unary(text(""), timeout=5)
        authority.path.write_bytes(authority.path.read_bytes() + coming.path.read_bytes())
        for name in ("client", "server"):
            made = coming.signed(name)
            replace(tmp_path / f"{name}.pem", tmp_path / f"{name}.key", made)
        new = (tmp_path / "client.pem").read_text().strip()

        async def is_new() -> bool:
            return (await caller.unary(text(""), timeout=5)).value.strip() == new

        await until(is_new)
        authority.path.write_bytes(coming.path.read_bytes())
        assert await shown_by(port) == (tmp_path / "server.pem").read_text().strip()
        await caller.unary(text(""), timeout=5)


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
        await caller.unary(text(""), timeout=5)
        authority.files("server")
        assert await shown_by(port) != before


async def test_what_is_raised_while_connections_are_open_comes_out_as_it_is(
    authority: Authority,
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with connecting(authority.files("client")):
            raise ZeroDivisionError


def _missing(files: TlsFiles) -> TlsFiles:
    return with_changes(files, certificate=Path("/nowhere/tls.crt"))


def _of_another(files: TlsFiles) -> TlsFiles:
    return with_changes(files, key=files.certificate and files.certificate.with_name("other.key"))


def _no_key(files: TlsFiles) -> TlsFiles:
    return with_changes(files, key=files.certificate)


def _no_authority(files: TlsFiles) -> TlsFiles:
    return with_changes(files, authority=files.key)


def _locked(files: TlsFiles) -> TlsFiles:
    assert files.key
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    files.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    return files


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_missing, "/nowhere/tls.crt, which SERVER_TLS_CERTIFICATE_FILE names, cannot be read"),
        (_of_another, "which SERVER_TLS_KEY_FILE names, is not the key of the certificate"),
        (_no_key, "which SERVER_TLS_KEY_FILE names, holds no private key"),
        (_no_authority, "which SERVER_TLS_AUTHORITY_FILE names, holds no certificate"),
        (_locked, "without a password"),
    ],
)
async def test_files_that_cannot_be_used_are_named_at_the_start(
    authority: Authority, spoil: Callable[[TlsFiles], TlsFiles], told: str
) -> None:
    authority.files("other")
    files = spoil(authority.files("server"))
    with pytest.raises(StartupError) as caught:
        async with connecting(files):
            pass
    assert told in caught.value.message
    settings = InnerSettings.model_validate({"drain_seconds": 0, **settings_of(files)})
    with pytest.raises(StartupError) as refused:
        async with echo_service(settings=settings, unary=shown):
            pass
    assert refused.value.reason == "TLS_FILE_UNUSABLE"
    assert "ASKMESH_TLS_" in refused.value.message


async def test_a_certificate_that_is_over_is_refused_at_the_start(authority: Authority) -> None:
    with pytest.raises(StartupError) as caught:
        read_pems(authority.files("server", life=OVER))
    assert "expired on" in caught.value.message


def test_a_key_is_never_shown(authority: Authority) -> None:
    pems = read_pems(authority.files("server"))
    assert "PRIVATE KEY" not in repr(pems)
    assert "PRIVATE KEY" not in repr(authority.signed("server"))


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"tls_certificate_file": "a.pem"}, "ASKMESH_TLS_KEY_FILE belong together"),
        ({"otlp_key_file": "a.key"}, "ASKMESH_OTLP_CERTIFICATE_FILE and"),
        ({"tls_authority_file": "a.pem"}, "needs a ASKMESH_TLS_CERTIFICATE_FILE"),
        (
            {"tls_certificate_file": "a.pem", "tls_key_file": "a.key"},
            "callers that are certified need a ASKMESH_TLS_AUTHORITY_FILE",
        ),
        ({"tls_callers": "some"}, "anybody"),
        ({"health_address": "7600"}, "host:port"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        InnerSettings.model_validate(settings)
