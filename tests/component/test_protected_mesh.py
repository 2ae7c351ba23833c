"""What `askmesh up --guarded` makes, and how other commands find it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from askmesh.authentication import read_known_callers, signer_from, verifier_from
from askmesh.cli.connecting import mesh_client
from askmesh.cli.guarding import ADMINISTRATOR_KEY, KEYS, PRIVATE, PUBLIC, guard
from askmesh.cli.layout import SERVICES
from askmesh.cli.local_authority import certify, tls_files_of
from askmesh.cli.local_meshes import protection_at, telling_of
from askmesh.cli.protection import UNPROTECTED, Protection
from askmesh.errors import AskmeshError, PreconditionError, StartupError
from askmesh.identity import Caller, Role
from askmesh.transport import TlsFiles
from support.certificates import OVER, Authority
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, gateway_at


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a user of whom nothing is known."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("GATEWAY", "INGESTION", "KEY", "KEY_FILE", "TLS_AUTHORITY_FILE"):
        monkeypatch.delenv(f"ASKMESH_{name}", raising=False)
    return tmp_path


def modes(folder: Path, names: Sequence[str]) -> Mapping[str, int]:
    return {name: (folder / name).stat().st_mode & 0o777 for name in names}


def test_the_authority_stays_and_certificates_are_made_anew(home: Path) -> None:
    certify(home, SERVICES)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    certify(home, SERVICES)
    after = {path.name: path.read_bytes() for path in home.iterdir()}
    assert {name for name in before if before[name] == after[name]} == {
        "authority.pem",
        "authority.key",
    }
    keys = [name for name in after if name.endswith(".key")]
    assert set(modes(home, keys).values()) == {0o600}


async def test_the_administrators_key_is_made_once_and_counts(home: Path) -> None:
    guard(home, "blue")
    secret = (home / ADMINISTRATOR_KEY).read_text().strip()
    guard(home, "blue")
    assert (home / ADMINISTRATOR_KEY).read_text().strip() == secret
    (key,) = read_known_callers(home / KEYS).keys
    assert key.caller.tenant == "blue"
    assert key.caller.roles == {Role.ADMINISTRATOR}
    assert set(modes(home, [ADMINISTRATOR_KEY, KEYS, PRIVATE]).values()) == {0o600}
    ann = Caller("blue", "ann", frozenset(), frozenset({Role.READER}))
    token = signer_from(home / PRIVATE).token_of(ann)
    assert await verifier_from(home / PUBLIC).caller_of(token) == ann


def test_an_administrators_key_that_is_lost_is_replaced(home: Path) -> None:
    guard(home, "blue")
    (first,) = read_known_callers(home / KEYS).keys
    (home / ADMINISTRATOR_KEY).unlink()
    guard(home, "blue")
    (second,) = read_known_callers(home / KEYS).keys
    assert second.sha256 != first.sha256


def test_a_mesh_is_told_of_while_it_runs(home: Path) -> None:
    protection = Protection(home / "tls", home / "guard")
    with telling_of(17_000, protection):
        assert protection_at(17_000) == protection
        assert protection_at(17_001) == UNPROTECTED
    assert protection_at(17_000) == UNPROTECTED


def test_what_a_mesh_that_was_killed_has_left_is_cleared_away_by_the_next(home: Path) -> None:
    left = telling_of(17_000, Protection(home / "tls"))
    left.__enter__()
    with telling_of(17_000, UNPROTECTED):
        assert protection_at(17_000) == UNPROTECTED


def test_a_folder_that_cannot_be_written_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "file"))
    with (
        pytest.raises(StartupError, match="XDG_STATE_HOME"),
        telling_of(17_000, Protection(home)),
    ):
        pass
    with telling_of(17_000, UNPROTECTED):
        assert protection_at(17_000) == UNPROTECTED


async def test_commands_connect_as_the_start_of_the_mesh_has_told(home: Path) -> None:
    base_port = free_base_port()
    certify(home, ["gateway"])
    server = tls_files_of(home, "gateway")
    async with gateway_at(f"127.0.0.1:{base_port}", ScriptedGateway([]), tls=server):
        with telling_of(base_port, Protection(home)):
            async with mesh_client(base_port, "") as client:
                assert (await client.status()).services
        with pytest.raises(PreconditionError) as caught:
            async with mesh_client(base_port, "") as client:
                await client.status()
    assert caught.value.reason == "TLS_ENCRYPTED"
    assert "ASKMESH_TLS_AUTHORITY_FILE" in caught.value.message


async def told(base_port: int, files: TlsFiles) -> AskmeshError:
    """Return what a command says whose environment names these files."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("authority", "certificate", "key"):
            path: Path | None = getattr(files, name)
            environment.setenv(f"ASKMESH_TLS_{name.upper()}_FILE", str(path or ""))
        with pytest.raises(AskmeshError) as caught:
            async with mesh_client(base_port, "") as client:
                await client.status()
    return caught.value


async def test_what_is_wrong_with_tls_is_told_with_what_to_do(home: Path) -> None:
    base_port = free_base_port()
    address = f"127.0.0.1:{base_port}"
    known, other = Authority(home), Authority(home, "other")
    only = TlsFiles(known.path)
    async with gateway_at(address, ScriptedGateway([]), tls=other.files("gateway")):
        error = await told(base_port, only)
        assert (error.reason, address in error.message) == ("TLS_STRANGER", True)
    async with gateway_at(address, ScriptedGateway([]), tls=known.files("gateway", ["mesh"])):
        assert (await told(base_port, only)).reason == "TLS_OTHER_NAME"
    async with gateway_at(address, ScriptedGateway([])):
        assert (await told(base_port, only)).reason == "TLS_PLAIN"
    over = TlsFiles(known.path, *_pair(known.files("client", life=OVER)))
    assert (await told(base_port, over)).reason == "TLS_FILE_UNUSABLE"
    assert (await told(base_port, only)).reason == "MESH_UNAVAILABLE"


def _pair(files: TlsFiles) -> tuple[Path | None, Path | None]:
    return files.certificate, files.key
