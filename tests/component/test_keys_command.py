"""`askmesh keys`, and what a client does with one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from askmesh.authentication import (
    ApiKey,
    CertifiedName,
    KeyRing,
    KnownCallers,
    changing,
    digest_of,
    read_known_callers,
    signer_from,
    verifier_from,
    write_known_callers,
)
from askmesh.cli.commands import main
from askmesh.client import askmesh_client
from askmesh.errors import InvalidRequestError, PreconditionError, UnauthenticatedError
from askmesh.identity import Caller, Role

ANN = Caller("blue", "ann", frozenset({"board", "staff"}), frozenset({Role.READER}))
CREATE = ("create", "--user", "ann", "--tenant", "blue", "--role", "reader")


def keys(path: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["keys", *arguments], env={"ASKMESH_KEYS": str(path)})
    assert result.exit_code == 0, result.output
    return result.output.strip()


async def test_a_key_that_is_printed_counts_until_it_is_revoked(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    secret = keys(path, *CREATE, "--group", "board", "--group", "staff", "laptop")
    assert await KeyRing(path).caller_of(secret) == ANN
    assert "laptop" in keys(path, "list")
    assert secret not in keys(path, "list")
    keys(path, "revoke", "laptop")
    with pytest.raises(UnauthenticatedError):
        await KeyRing(path).caller_of(secret)


def test_long_names_are_listed_whole_since_they_are_needed_to_revoke_them(tmp_path: Path) -> None:
    path, name = tmp_path / "keys.json", "a-name-that-is-longer-than-its-column-is-wide"
    keys(path, *CREATE, name)
    rows = [line.split("│")[1].strip() for line in keys(path, "list").splitlines() if "│" in line]
    assert "".join(rows) == name


def test_who_changes_the_file_at_once_undoes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    def add(name: str) -> None:
        with changing(path) as known:
            made = ApiKey(name, digest_of(name), ANN, None)
            write_known_callers(path, replace(known, keys=(*known.keys, made)))

    names = [f"key-{number}" for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, names))
    assert {key.name for key in read_known_callers(path).keys} == set(names)


CERTIFICATE = ("certificate", *CREATE[1:], "nightly", "uri:spiffe://example.org/reports")


async def test_a_name_in_certificates_counts_until_it_is_revoked(tmp_path: Path) -> None:
    path, names = tmp_path / "keys.json", [CERTIFICATE[-1]]
    secret = keys(path, *CREATE, "laptop")
    assert keys(path, *CERTIFICATE, "--group", "board", "--group", "staff") == ""
    assert await KeyRing(path).caller_with(names) == ANN
    assert "nightly" in keys(path, "list")
    keys(path, "revoke", "nightly")
    assert await KeyRing(path).caller_with(names) is None
    assert (await KeyRing(path).caller_of(secret)).user == "ann"


def test_a_name_that_stands_for_one_caller_is_given_to_no_other(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys(path, *CERTIFICATE)
    keys(path, *CERTIFICATE[:-2], "renewed", CERTIFICATE[-1])
    other = ["keys", *CERTIFICATE[:-2], "--role", "ingester", "other", CERTIFICATE[-1]]
    result = CliRunner().invoke(main, other, env={"ASKMESH_KEYS": str(path)})
    assert result.exit_code == 1
    assert "'nightly'" in result.output
    assert "other" not in keys(path, "list")


def test_a_name_that_is_over_may_be_given_to_another_caller(tmp_path: Path) -> None:
    path, subject = tmp_path / "keys.json", CERTIFICATE[-1]
    over = CertifiedName("nightly", subject, ANN, datetime(2020, 5, 1, tzinfo=UTC))
    write_known_callers(path, KnownCallers(certificates=(over,)))
    keys(path, *CERTIFICATE[:-2], "--role", "ingester", "renewed", subject)
    assert len(read_known_callers(path).certificates) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*CREATE, "laptop"), "already"),
        ((*CERTIFICATE[:-2], "laptop", "cn:ann"), "already"),
        (("revoke", "phone"), "no key"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "keys.json"
    keys(path, *CREATE, "laptop")
    result = CliRunner().invoke(main, ["keys", *arguments], env={"ASKMESH_KEYS": str(path)})
    assert result.exit_code == 1
    assert said in result.output


async def test_the_keys_of_a_mesh_fit_and_the_private_one_is_its_owners(tmp_path: Path) -> None:
    keys(tmp_path / "keys.json", "mesh", str(tmp_path / "mesh"))
    private, public = tmp_path / "mesh" / "private.pem", tmp_path / "mesh" / "public.pem"
    token = signer_from(private).token_of(ANN)
    assert await verifier_from(public).caller_of(token) == ANN
    assert private.stat().st_mode & 0o777 == 0o600


async def test_a_credential_is_not_sent_in_the_clear_to_another_machine_unasked() -> None:
    with pytest.raises(PreconditionError) as caught:
        async with askmesh_client("127.0.0.1:1", "mesh:7401", credential="secret"):
            pass
    assert caught.value.reason == "CREDENTIAL_IN_THE_CLEAR"
    assert "secret" not in caught.value.message
    async with askmesh_client("mesh:7400", "mesh:7401", credential="secret", plain_text=True):
        pass


@pytest.mark.parametrize("field", ["tenant", "credential"])
@pytest.mark.parametrize("text", ["gr\u00fcn", "two\nlines"])
async def test_what_metadata_cannot_hold_is_refused_before_it_is_sent(
    field: str, text: str
) -> None:
    tenant, credential = (text if field == each else "" for each in ("tenant", "credential"))
    with pytest.raises(InvalidRequestError) as caught:
        async with askmesh_client("mesh:1", "mesh:1", tenant, credential=credential):
            pass
    assert (caught.value.field, caught.value.reason) == (field, f"{field.upper()}_INVALID")
    assert text not in caught.value.message


def test_a_name_of_no_kind_is_none(tmp_path: Path) -> None:
    arguments = ["keys", *CERTIFICATE[:-1], "reports"]
    result = CliRunner().invoke(main, arguments, env={"ASKMESH_KEYS": str(tmp_path / "keys.json")})
    assert result.exit_code == 2
    assert "uri:" in result.output
