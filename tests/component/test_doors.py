"""Who comes in, and who may call what."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue

from askmesh.config import EdgeSettings, InnerSettings
from askmesh.errors import PermissionDeniedError, StartupError
from askmesh.identity import ALL_ROLES, Caller, Role, current_caller, local_operator
from askmesh.rpc import by_credential, channel_to
from askmesh.serving import Door, OpenDoor, edge_door, inner_door
from askmesh.telemetry import silent_telemetry
from support.credentials import GATEWAY, INGESTION, READ, ROLES, Keys, methods_of, refusal
from support.echo import Context, EchoClient, echo_service, text

UNARY = "/askmesh.test.v1.EchoService/Unary"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def edge(keys: Keys) -> Door:
    """The door of a service that clients call."""
    return edge_door(EdgeSettings.model_validate(keys.edge), ROLES)


def test_methods_that_say_who_may_call_them_exist() -> None:
    assert ROLES.keys() <= {*methods_of(GATEWAY, INGESTION)}
    assert all(roles < ALL_ROLES for roles in ROLES.values())


@pytest.mark.parametrize("method", sorted(ROLES))
async def test_each_role_opens_its_methods_and_an_administrator_all(
    keys: Keys, method: str
) -> None:
    door = edge(keys)
    for role, secret in keys.secrets.items():
        if role in ROLES[method] | {Role.ADMINISTRATOR}:
            assert (await door.admit(method, dict(by_credential(secret)))).roles == {role}
        else:
            assert await refusal(door, method, *by_credential(secret)) == "ROLE_MISSING"


async def test_a_method_that_nobody_named_is_for_administrators(keys: Keys) -> None:
    door, secrets = edge(keys), keys.secrets
    for role in ALL_ROLES - {Role.ADMINISTRATOR}:
        assert await refusal(door, "/new.Service/Call", *by_credential(secrets[role]))
    await door.admit("/new.Service/Call", dict(by_credential(secrets[Role.ADMINISTRATOR])))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("askmesh-tenant", "red"), "TENANT_NOT_YOURS"),
        (("askmesh-caller-bin", b"{}"), "CALLER_NOT_YOURS"),
    ],
)
async def test_metadata_that_contradict_the_credential_are_refused(
    keys: Keys, said: tuple[str, str | bytes], reason: str
) -> None:
    credential = by_credential(keys.secrets[Role.READER])
    assert await refusal(edge(keys), READ, *credential, said) == reason
    same = ("askmesh-tenant", "blue")
    assert (await edge(keys).admit(READ, dict((*credential, same)))).tenant == "blue"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("Basic YW5u", "CREDENTIAL_INVALID"),
        ("Bearer", "CREDENTIAL_INVALID"),
        ("Bearer askmesh_wrong", "CREDENTIAL_INVALID"),
        ("Bearer a.b.c", "CREDENTIAL_INVALID"),
    ],
)
async def test_what_is_no_credential_is_refused(keys: Keys, value: str, reason: str) -> None:
    assert await refusal(edge(keys), READ, ("authorization", value)) == reason


async def test_a_key_of_a_tenant_that_is_not_served_is_refused(keys: Keys) -> None:
    settings = EdgeSettings.model_validate(keys.edge | {"tenants": "red"})
    credential = by_credential(keys.secrets[Role.READER])
    with pytest.raises(PermissionDeniedError) as caught:
        await edge_door(settings, ROLES).admit(READ, dict(credential))
    assert caught.value.reason == "TENANT_UNKNOWN"


async def test_services_behind_believe_the_gateways_signature_only(keys: Keys) -> None:
    door = inner_door(InnerSettings(verifying_key_file=str(keys.folder / "public.pem")))
    ann = Caller("blue", "ann", frozenset({"staff"}), frozenset({Role.READER}))
    seen: list[Caller] = []

    async def unary(_: StringValue, __: Context) -> StringValue:
        seen.append(current_caller())
        return text("")

    async with echo_service(door=door, unary=unary) as port:
        for caller in (ann, replace(ann, user="bob"), local_operator("blue")):
            token = keys.signer.token_of(caller)
            introduce = partial(by_credential, token)
            async with channel_to(
                f"127.0.0.1:{port}", silent_telemetry(), introduce=introduce
            ) as channel:
                await EchoClient(channel).unary(text(""), timeout=60)
        key = by_credential(keys.secrets[Role.ADMINISTRATOR])
        assert await refusal(door, READ, *key) == "CREDENTIAL_INVALID"
    assert [each.user for each in seen] == ["ann", "bob", ""]


@pytest.mark.parametrize("address", ["0.0.0.0:7400", "10.1.2.3:7400", "[::]:7400", "mesh:7400"])
def test_a_service_that_asks_for_no_credential_listens_on_this_machine_only(address: str) -> None:
    with pytest.raises(StartupError) as caught:
        edge_door(EdgeSettings(address=address), ROLES)
    assert "ASKMESH_AUTHENTICATION" in caught.value.message
    open_to_all = EdgeSettings(address=address, authentication="insecure-none")
    assert isinstance(edge_door(open_to_all, ROLES), OpenDoor)


@pytest.mark.parametrize("address", ["127.0.0.1:7400", "[::1]:7400", "localhost:7400"])
def test_a_service_without_credentials_says_so(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(edge_door(EdgeSettings(address=address), ROLES), OpenDoor)
    assert "no credentials" in caplog.text


async def test_a_service_that_cannot_verify_credentials_refuses_who_shows_some() -> None:
    door = inner_door(InnerSettings())
    assert await refusal(door, UNARY, *by_credential("token")) == "CREDENTIAL_UNVERIFIED"


OPEN_TO_OTHERS = {"address": "0.0.0.0:7403"}
VERIFYING = {"verifying_key_file": "public.pem"}
PRIVATE = {f"tls_{name}_file": "a.pem" for name in ("authority", "certificate", "key")}


@pytest.mark.parametrize(
    ("settings", "reason", "told"),
    [
        ({}, "AUTHENTICATION_MISSING", "ASKMESH_VERIFYING_KEY_FILE"),
        (PRIVATE, "AUTHENTICATION_MISSING", "ASKMESH_AUTHENTICATION"),
        (VERIFYING, "TLS_MISSING", "ASKMESH_TLS_CERTIFICATE_FILE"),
        ({"authentication": "insecure-none"}, "TLS_MISSING", "ASKMESH_TLS_CALLERS"),
        ({"tls_callers": "insecure-plain"}, "AUTHENTICATION_MISSING", "ASKMESH_ADDRESS"),
    ],
)
def test_a_service_behind_the_gateway_is_open_to_others_on_the_network_only_if_it_says_so(
    settings: dict[str, str], reason: str, told: str
) -> None:
    with pytest.raises(StartupError) as caught:
        inner_door(InnerSettings.model_validate(OPEN_TO_OTHERS | settings))
    assert caught.value.reason == reason
    assert told in caught.value.message


@pytest.mark.parametrize(
    "settings",
    [
        {"authentication": "insecure-none", "tls_callers": "insecure-plain"},
        {"authentication": "insecure-none"} | PRIVATE,
        {"address": "127.0.0.1:7403"},
    ],
)
def test_a_service_behind_the_gateway_starts_where_nobody_comes_in_unawares(
    settings: dict[str, str],
) -> None:
    door = inner_door(InnerSettings.model_validate(OPEN_TO_OTHERS | settings))
    assert isinstance(door, OpenDoor)
