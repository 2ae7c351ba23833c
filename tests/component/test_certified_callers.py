"""Certificates as credentials: who calls by TLS is who the certificate's name stands for."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.authentication import (
    CertifiedName,
    KeyRing,
    read_known_callers,
    write_known_callers,
)
from askmesh.config import EdgeSettings, InnerSettings
from askmesh.errors import StartupError, UnauthenticatedError
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Caller, Role, current_caller
from askmesh.rpc import Introduce, by_credential, channel_to, reason_of
from askmesh.serving import edge_door, inner_door
from askmesh.telemetry import silent_telemetry
from askmesh.transport import TlsFiles, connecting
from support.certificates import Authority, settings_of
from support.credentials import STATUS, Keys
from support.echo import SERVICE, Context, EchoClient, echo_service, text
from support.upstreams import settings_before, upstreams

REPORTS = "uri:spiffe://example.org/reports"
REPORTER = Caller("blue", "reports", frozenset({"staff"}), frozenset({Role.READER}))
UNARY = f"/{SERVICE}/Unary"
ROLES = {UNARY: frozenset({Role.READER})}
A_YEAR_AGO = datetime.now(UTC) - timedelta(days=365)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def certify(keys: Keys, *names: CertifiedName) -> None:
    """Let names in certificates stand for callers, beside the keys that there are."""
    path = keys.folder / "keys.json"
    write_known_callers(path, replace(read_known_callers(path), certificates=names))


def named(subject: str, caller: Caller = REPORTER) -> CertifiedName:
    return CertifiedName(subject, subject, caller, None)


def reports(authority: Authority, *others: x509.GeneralName) -> TlsFiles:
    uri = x509.UniformResourceIdentifier(REPORTS.removeprefix("uri:"))
    return authority.person("somebody", [uri, *others])


@asynccontextmanager
async def edge(keys: Keys, authority: Authority, callers: str = "certified") -> AsyncGenerator[int]:
    """Serve by TLS what tells each caller who calls."""

    async def tell(_: StringValue, __: Context) -> StringValue:
        caller = current_caller()
        return text(f"{caller.tenant} {caller.user}")

    settings = EdgeSettings.model_validate(
        keys.edge | settings_of(authority.files("server")) | {"tls_callers": callers}
    )
    door = edge_door(settings, ROLES)
    async with echo_service(settings=settings, door=door, unary=tell) as port:
        yield port


@asynccontextmanager
async def behind(authority: Authority, names: str) -> AsyncGenerator[int]:
    """Serve by TLS whoever has one of some names."""

    async def tell(_: StringValue, __: Context) -> StringValue:
        return text("served")

    settings = InnerSettings.model_validate(
        settings_of(authority.files("server")) | {"caller_names": names}
    )
    async with echo_service(settings=settings, door=inner_door(settings), unary=tell) as port:
        yield port


def nothing() -> tuple[tuple[str, str], ...]:
    return ()


async def told(port: int, files: TlsFiles, introduce: Introduce = nothing) -> str:
    """Return who a caller is taken for, or the reason why for nobody."""
    signals = silent_telemetry()
    async with (
        connecting(files) as transport,
        channel_to(
            f"localhost:{port}", signals, introduce=introduce, transport=transport
        ) as channel,
    ):
        try:
            return (await EchoClient(channel).unary(text(""), timeout=60)).value
        except aio.AioRpcError as error:
            return reason_of(error)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (REPORTS, x509.UniformResourceIdentifier("spiffe://example.org/reports")),
        ("dns:reports.EXAMPLE.org", x509.DNSName("Reports.example.org")),
        ("email:ann@example.org", x509.RFC822Name("ann@example.org")),
        ("cn:somebody", x509.DNSName("unknown")),
    ],
)
async def test_a_name_in_a_certificate_stands_for_a_caller(
    keys: Keys, authority: Authority, subject: str, name: x509.GeneralName
) -> None:
    certify(keys, named(subject))
    async with edge(keys, authority) as port:
        assert await told(port, authority.person("somebody", [name])) == "blue reports"


async def test_a_name_of_another_kind_is_another_name(keys: Keys, authority: Authority) -> None:
    certify(keys, named("uri:somebody"), named("dns:somebody"))
    async with edge(keys, authority) as port:
        assert await told(port, authority.person("somebody")) == "CREDENTIAL_MISSING"


async def test_a_certificate_that_nobody_named_takes_a_key_as_well(
    keys: Keys, authority: Authority
) -> None:
    certify(keys, named(REPORTS))
    stranger = authority.person("stranger")
    async with edge(keys, authority) as port:
        key = partial(by_credential, keys.secrets[Role.READER])
        assert await told(port, stranger) == "CREDENTIAL_MISSING"
        assert await told(port, stranger, key) == "blue a-reader"


async def test_a_certificate_and_a_key_of_another_caller_let_nobody_in(
    keys: Keys, authority: Authority
) -> None:
    certify(keys, named(REPORTS))
    async with edge(keys, authority) as port:
        key = partial(by_credential, keys.secrets[Role.READER])
        assert await told(port, reports(authority), key) == "CREDENTIALS_CONTRADICT"
        wrong = partial(by_credential, "askmesh_wrong")
        assert await told(port, reports(authority), wrong) == "CREDENTIAL_INVALID"


async def test_a_key_of_the_same_caller_says_what_it_may_do(
    keys: Keys, authority: Authority
) -> None:
    ingester = replace(REPORTER, user=f"a-{Role.INGESTER}")
    certify(keys, named(REPORTS, ingester))
    async with edge(keys, authority) as port:
        assert await told(port, reports(authority)) == f"blue a-{Role.INGESTER}"
        key = partial(by_credential, keys.secrets[Role.INGESTER])
        assert await told(port, reports(authority), key) == "ROLE_MISSING"


async def test_a_certificate_with_the_names_of_two_callers_is_nobodys(
    keys: Keys, authority: Authority
) -> None:
    certify(keys, named(REPORTS), named("email:ann@example.org", replace(REPORTER, user="ann")))
    both = reports(authority, x509.RFC822Name("ann@example.org"))
    async with edge(keys, authority) as port:
        assert await told(port, both) == "CREDENTIALS_CONTRADICT"


async def test_metadata_cannot_say_more_than_the_certificate(
    keys: Keys, authority: Authority
) -> None:
    certify(keys, named(REPORTS))
    async with edge(keys, authority) as port:
        files = reports(authority)
        assert await told(port, files, lambda: (("askmesh-tenant", "red"),)) == "TENANT_NOT_YOURS"
        assert await told(port, files, lambda: (("askmesh-tenant", "blue"),)) == "blue reports"


async def test_a_certificate_of_another_authority_gets_no_connection(
    keys: Keys, authority: Authority, tmp_path: Path
) -> None:
    certify(keys, named(REPORTS))
    stranger = replace(reports(Authority(tmp_path, "stranger")), authority=authority.path)
    async with edge(keys, authority) as port, connecting(stranger) as transport:
        client = EchoClient(transport.channel(f"localhost:{port}", ()))
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
    assert caught.value.code().name == "UNAVAILABLE"


async def test_where_nobody_is_asked_for_a_certificate_the_names_do_not_count(
    keys: Keys, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    certify(keys, named(REPORTS))
    async with edge(keys, authority, callers="anybody") as port:
        assert await told(port, reports(authority)) == "CREDENTIAL_MISSING"
    assert "ASKMESH_TLS_CALLERS" in caplog.text


async def test_a_name_that_was_revoked_counts_no_longer(keys: Keys) -> None:
    certify(keys, named(REPORTS))
    ring = KeyRing(keys.folder / "keys.json", look_seconds=0)
    assert await ring.caller_with([REPORTS, "cn:somebody"]) == REPORTER
    certify(keys)
    assert await ring.caller_with([REPORTS, "cn:somebody"]) is None


async def test_a_name_counts_until_its_time_is_over(keys: Keys) -> None:
    certify(keys, replace(named(REPORTS), expires=A_YEAR_AGO))
    ring = KeyRing(keys.folder / "keys.json")
    with pytest.raises(UnauthenticatedError) as caught:
        await ring.caller_with([REPORTS])
    assert caught.value.reason == "CREDENTIAL_EXPIRED"


async def test_a_name_that_is_over_contradicts_nothing_that_counts(keys: Keys) -> None:
    ingester = replace(REPORTER, roles=frozenset({Role.INGESTER}))
    over = replace(named(REPORTS), name="last year", expires=A_YEAR_AGO)
    certify(keys, over, named(REPORTS, ingester))
    assert await KeyRing(keys.folder / "keys.json").caller_with([REPORTS]) == ingester


async def test_the_gateway_knows_who_calls_by_the_certificate_alone(
    keys: Keys, authority: Authority
) -> None:
    operator = replace(REPORTER, roles=frozenset({Role.OPERATOR}))
    certify(keys, named(REPORTS, operator), named("cn:reader"))
    async with upstreams() as behind:
        settings = settings_before(
            behind.address,
            signing_key_file=str(keys.folder / "private.pem"),
            tls_callers="certified",
            **keys.edge,
            **settings_of(authority.files("server")),
        )
        async with gateway_service(settings) as port:
            assert await status(port, reports(authority)) == "OK"
            assert await status(port, authority.person("reader")) == "ROLE_MISSING"


async def status(port: int, files: TlsFiles) -> str:
    async with connecting(files) as transport:
        channel = transport.channel(f"localhost:{port}", ())
        try:
            await channel.unary_unary(STATUS, bytes, bytes)(b"", timeout=60)
        except aio.AioRpcError as error:
            return reason_of(error)
    return "OK"


@pytest.mark.parametrize("name", ["gateway.mesh", "Gateway.Mesh"])
async def test_a_service_behind_the_gateway_serves_who_has_the_gateways_name(
    authority: Authority, name: str
) -> None:
    files = authority.person("somebody", [x509.DNSName(name)])
    async with behind(authority, "uri:spiffe://mesh/gateway, dns:GATEWAY.mesh") as port:
        assert await told(port, files) == "served"


async def test_a_service_behind_the_gateway_serves_no_other_program_of_the_mesh(
    authority: Authority,
) -> None:
    others = authority.person("gateway.mesh", [x509.DNSName("retrieval.mesh")])
    async with behind(authority, "dns:gateway.mesh") as port:
        assert await told(port, others) == "PROGRAM_UNKNOWN"


@pytest.mark.parametrize(
    ("names", "callers", "reason"),
    [
        ("gateway.mesh", "certified", "CALLER_NAMES_INVALID"),
        ("dns:gateway.mesh", "anybody", "CALLER_NAMES_UNSEEN"),
    ],
)
def test_names_of_callers_that_nobody_can_have_end_the_start(
    authority: Authority, names: str, callers: str, reason: str
) -> None:
    files = settings_of(authority.files("server"))
    settings = InnerSettings.model_validate(files | {"caller_names": names, "tls_callers": callers})
    with pytest.raises(StartupError) as caught:
        inner_door(settings)
    assert caught.value.reason == reason
    assert "ASKMESH_CALLER_NAMES" in caught.value.message
