"""Keys in a file, and the tokens by which services know the gateway."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from askmesh.authentication import (
    ApiKey,
    KeyRing,
    KnownCallers,
    TokenSigner,
    TokenVerifier,
    digest_of,
    new_key_pair,
    new_secret,
    read_known_callers,
    signer_from,
    write_known_callers,
)
from askmesh.errors import StartupError, UnauthenticatedError
from askmesh.identity import Caller, Role

ANN = Caller("blue", "ann", frozenset({"staff"}), frozenset({Role.READER}))
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


def key(secret: str, *, expires: datetime | None = None) -> ApiKey:
    return ApiKey("laptop", digest_of(secret), ANN, expires)


async def reason_for(ring: KeyRing | TokenVerifier, credential: str) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        await ring.caller_of(credential)
    return caught.value.reason


def test_keys_return_from_their_file_which_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = (key("one", expires=NOON), replace(key("two"), name="other"))
    write_known_callers(path, KnownCallers(keys))
    assert read_known_callers(path).keys == keys
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_without_certificates_is_one_of_keys_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_known_callers(path, KnownCallers((key("one"),)))
    assert list(json.loads(path.read_bytes())) == ["keys"]
    assert read_known_callers(path).certificates == ()


def test_a_key_itself_is_not_in_the_file(tmp_path: Path) -> None:
    secret = new_secret()
    write_known_callers(tmp_path / "keys.json", KnownCallers((key(secret),)))
    assert secret not in (tmp_path / "keys.json").read_text(encoding="utf-8")


def test_a_key_has_256_random_bits() -> None:
    assert len(new_secret().removeprefix("askmesh_")) >= 256 / 6
    assert new_secret() != new_secret()


async def test_a_key_stands_for_its_caller_and_another_for_nobody(tmp_path: Path) -> None:
    path, secret = tmp_path / "keys.json", new_secret()
    write_known_callers(path, KnownCallers((key(secret),)))
    ring = KeyRing(path)
    assert await ring.caller_of(secret) == ANN
    assert await reason_for(ring, new_secret()) == "CREDENTIAL_INVALID"
    assert await reason_for(ring, digest_of(secret)) == "CREDENTIAL_INVALID"


async def test_a_key_expires(tmp_path: Path) -> None:
    path, secret = tmp_path / "keys.json", new_secret()
    write_known_callers(path, KnownCallers((key(secret, expires=NOON),)))
    before, after = NOON - timedelta(seconds=1), NOON
    assert await KeyRing(path, now=lambda: before).caller_of(secret) == ANN
    assert await reason_for(KeyRing(path, now=lambda: after), secret) == "CREDENTIAL_EXPIRED"


async def test_a_key_that_is_revoked_counts_no_longer(tmp_path: Path) -> None:
    path, secret = tmp_path / "keys.json", new_secret()
    write_known_callers(path, KnownCallers((key(secret),)))
    ring = KeyRing(path, look_seconds=0)
    assert await ring.caller_of(secret) == ANN
    write_known_callers(path, KnownCallers())
    assert await reason_for(ring, secret) == "CREDENTIAL_INVALID"


async def test_keys_go_on_to_count_while_their_file_is_broken(tmp_path: Path) -> None:
    path, secret = tmp_path / "keys.json", new_secret()
    write_known_callers(path, KnownCallers((key(secret),)))
    ring = KeyRing(path, look_seconds=0)
    path.write_text("{", encoding="utf-8")
    assert await ring.caller_of(secret) == ANN


async def test_a_key_that_was_revoked_while_the_file_was_unreadable_counts_no_longer(
    tmp_path: Path,
) -> None:
    path, secret = tmp_path / "keys.json", new_secret()
    write_known_callers(path, KnownCallers((key(secret),)))
    ring = KeyRing(path, look_seconds=0)
    nobody = '{"keys": []}'
    replace_in_place(path, "{".ljust(len(nobody)))
    assert await ring.caller_of(secret) == ANN
    replace_in_place(path, nobody)
    assert await reason_for(ring, secret) == "CREDENTIAL_INVALID"


def replace_in_place(path: Path, text: str) -> None:
    """Write a file that looks the same from outside as one of the same length."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(1, 1))


def test_a_file_of_keys_keeps_the_mode_that_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_known_callers(path, KnownCallers())
    path.chmod(0o640)
    write_known_callers(path, KnownCallers((key(new_secret()),)))
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "entry",
    [
        {"user": ""},  # would be the local operator
        {"tenant": ""},
        {"roles": []},
        {"roles": ["king"]},
        {"sha256": "abc"},
        {"expires": "2031-05-01T12:00:00"},  # in which time zone?
        {"admin": True},
    ],
)
def test_a_file_with_an_entry_that_is_no_key_is_refused(
    tmp_path: Path, entry: dict[str, object]
) -> None:
    path = tmp_path / "keys.json"
    write_known_callers(path, KnownCallers((key("secret"),)))
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["keys"][0].update(entry)
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(StartupError) as caught:
        read_known_callers(path)
    assert caught.value.reason == "KEY_FILE_UNUSABLE"


async def test_a_service_knows_the_caller_whom_the_gateway_has_signed() -> None:
    private, public = new_key_pair()
    token = TokenSigner(private).token_of(ANN)
    assert await TokenVerifier(public).caller_of(token) == ANN


async def test_nobody_else_can_sign_not_even_with_the_public_key() -> None:
    _, public = new_key_pair()
    foreign, _ = new_key_pair()
    verifier = TokenVerifier(public)
    assert await reason_for(verifier, TokenSigner(foreign).token_of(ANN)) == "CREDENTIAL_INVALID"
    assert await reason_for(verifier, "no.token.atall") == "CREDENTIAL_INVALID"


async def test_a_token_of_the_mesh_expires_within_minutes_even_where_it_was_seen() -> None:
    private, public = new_key_pair()
    now = NOON.timestamp()
    token = TokenSigner(private, clock=lambda: now).token_of(ANN)
    times = iter([now, now + 130])
    verifier = TokenVerifier(public, clock=lambda: next(times))
    assert await verifier.caller_of(token) == ANN
    assert await reason_for(verifier, token) == "CREDENTIAL_EXPIRED"


def test_a_token_is_used_again_for_a_minute_by_its_caller_only() -> None:
    private, _ = new_key_pair()
    times = iter([0.0, 59.0, 59.0, 61.0])
    signer = TokenSigner(private, clock=lambda: next(times) + NOON.timestamp())
    first = signer.token_of(ANN)
    assert signer.token_of(ANN) == first
    assert signer.token_of(replace(ANN, user="bob")) != first
    assert signer.token_of(ANN) != first


def test_a_file_that_is_no_private_key_ends_the_start(tmp_path: Path) -> None:
    _, public = new_key_pair()
    path = tmp_path / "private.pem"
    path.write_bytes(public)
    with pytest.raises(StartupError) as caught:
        signer_from(path)
    assert caught.value.reason == "MESH_KEY_UNUSABLE"
