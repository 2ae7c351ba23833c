"""Calls by TLS: who gets through, who does not, and what each is told."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import InnerSettings, ServiceSettings
from askmesh.errors import StartupError
from askmesh.rpc import channel_to, replicas_of
from askmesh.telemetry import silent_telemetry
from askmesh.transport import TlsFiles, TlsProblem, connecting, tls_problem
from support.certificates import OVER, Authority, settings_of
from support.echo import SERVICE, Context, EchoClient, echo_service, register_echo, text
from support.health import health_of
from support.ports import free_address


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """Another authority, which nobody here believes."""
    return Authority(tmp_path, "stranger")


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


@asynccontextmanager
async def served(files: TlsFiles, **more: str) -> AsyncGenerator[int]:
    settings = InnerSettings.model_validate({"drain_seconds": 0, **settings_of(files), **more})
    async with echo_service(settings=settings, unary=echoed) as port:
        yield port


async def said(address: str, files: TlsFiles | None) -> str:
    """Return what comes back from a call, or the code of its failure."""
    async with (
        connecting(files) as transport,
        channel_to(address, silent_telemetry(), transport=transport) as channel,
    ):
        return await outcome(channel)


async def outcome(channel: aio.Channel) -> str:
    try:
        return (await EchoClient(channel).unary(text("hello"), timeout=60)).value
    except aio.AioRpcError as error:
        return error.code().name


async def test_two_of_one_authority_talk(authority: Authority) -> None:
    async with served(authority.files("server")) as port:
        client = authority.files("client")
        assert await said(f"localhost:{port}", client) == "hello"
        assert await said(f"127.0.0.1:{port}", client) == "hello"
        assert await tls_problem(f"localhost:{port}", client) is None


async def test_whoever_speaks_in_plain_text_is_refused(authority: Authority) -> None:
    async with served(authority.files("server")) as port:
        assert await said(f"127.0.0.1:{port}", None) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", None) is TlsProblem.ENCRYPTED


async def test_a_server_without_tls_is_not_spoken_to_by_tls(authority: Authority) -> None:
    settings = ServiceSettings(drain_seconds=0)
    async with echo_service(settings=settings, unary=echoed) as port:
        client = authority.files("client")
        assert await said(f"127.0.0.1:{port}", client) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.PLAIN
        assert await tls_problem(f"127.0.0.1:{port}", None) is None


async def test_a_server_of_another_authority_is_not_believed(
    authority: Authority, stranger: Authority
) -> None:
    async with served(stranger.files("server", believes=authority)) as port:
        client = authority.files("client")
        assert await said(f"127.0.0.1:{port}", client) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.STRANGER


async def test_a_caller_of_another_authority_is_refused(
    authority: Authority, stranger: Authority
) -> None:
    async with served(authority.files("server")) as port:
        client = stranger.files("client", believes=authority)
        assert await said(f"127.0.0.1:{port}", client) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.REFUSES


async def test_a_caller_whose_certificate_is_over_is_refused(authority: Authority) -> None:
    async with served(authority.files("server")) as port:
        client = authority.files("client", life=OVER)
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.REFUSES
        with pytest.raises(StartupError):
            await said(f"127.0.0.1:{port}", client)


async def test_a_caller_without_a_certificate_gets_in_only_where_anybody_does(
    authority: Authority,
) -> None:
    bare = TlsFiles(authority.path)
    async with served(authority.files("server")) as port:
        assert await said(f"127.0.0.1:{port}", bare) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", bare) is TlsProblem.REFUSES
    async with served(authority.files("server"), tls_callers="anybody") as port:
        assert await said(f"127.0.0.1:{port}", bare) == "hello"


async def test_a_server_with_another_name_is_not_believed(authority: Authority) -> None:
    async with served(authority.files("server", ["elsewhere"])) as port:
        client = authority.files("client")
        assert await said(f"localhost:{port}", client) == "UNAVAILABLE"
        assert await tls_problem(f"localhost:{port}", client) is TlsProblem.OTHER_NAME
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.OTHER_NAME


async def test_a_server_whose_certificate_is_over_is_not_believed(authority: Authority) -> None:
    files = authority.files("server", life=OVER)
    assert files.certificate
    assert files.key
    credentials = grpc.ssl_server_credentials(
        [(files.key.read_bytes(), files.certificate.read_bytes())]
    )
    server = aio.server()
    register_echo(server, unary=echoed)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    try:
        client = authority.files("client")
        assert await said(f"127.0.0.1:{port}", client) == "UNAVAILABLE"
        assert await tls_problem(f"127.0.0.1:{port}", client) is TlsProblem.EXPIRED
    finally:
        await server.stop(0)


async def test_who_hangs_up_is_not_said_to_speak_no_tls(authority: Authority) -> None:
    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await tls_problem(f"127.0.0.1:{port}", authority.files("client")) is None


async def test_where_nobody_is_nothing_is_wrong_with_tls(authority: Authority) -> None:
    for files in (None, authority.files("client")):
        assert await tls_problem("127.0.0.1:1", files) is None
        assert await tls_problem("unix:/nowhere", files) is None


@pytest.mark.parametrize(("name", "is_reached"), [("localhost", True), ("elsewhere", False)])
async def test_replicas_show_the_name_by_which_they_were_found(
    authority: Authority, name: str, *, is_reached: bool
) -> None:
    async with (
        served(authority.files("server", [name])) as port,
        connecting(authority.files("client")) as transport,
        replicas_of(
            f"dns:///localhost:{port}", silent_telemetry(), transport=transport
        ) as replicas,
    ):
        outcomes = [await outcome(replica.peer) for replica in replicas.all]
        assert ("hello" in outcomes) is is_reached


async def test_probes_without_tls_are_told_the_health_and_nothing_else(
    authority: Authority,
) -> None:
    health = free_address()
    async with (
        served(authority.files("server"), health_address=health),
        aio.insecure_channel(health) as channel,
    ):
        for service in ("", "liveness", SERVICE):
            assert await health_of(channel, service) == "SERVING"
        with pytest.raises(aio.AioRpcError) as caught:
            await EchoClient(channel).unary(text("hello"), timeout=60)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED
