"""A mesh of `askmesh up --guarded`: encrypted on every hop, and guarded, in one command."""

from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from askmesh.cli.layout import SERVICES, TRITON, local_address
from askmesh.cli.local_authority import COMMANDS, certify, tls_files_of
from askmesh.transport import TlsFiles, TlsProblem, tls_problem
from support.commands import askmesh
from support.mesh import PATIENT, RunningMesh, running_mesh

EDGE = {"gateway", "ingestion"}
QUESTION = "How long may the extractor be kept?"


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of the user who starts the mesh."""
    return {"XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def mesh(home: Path, user: Mapping[str, str]) -> Generator[RunningMesh]:
    with running_mesh(home, "--guarded", environment={**PATIENT, **user}) as running:
        yield running


def command(mesh: RunningMesh, *arguments: str, environment: Mapping[str, str]) -> str:
    name, *others = arguments
    port = ("--base-port", str(mesh.base_port))
    done = askmesh(name, *port, *others, environment=environment)
    return done.stdout + done.stderr


def test_commands_of_the_same_user_need_nothing_more(
    mesh: RunningMesh, user: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "lending.md").write_text("# Lending\n\nThe extractor may be kept for 2 days.\n")
    assert "1 created" in command(mesh, "ingest", str(tmp_path), environment=user)
    assert "2 days" in command(mesh, "ask", QUESTION, environment=user)
    status = command(mesh, "status", environment=user)
    assert "down" not in status
    assert "not started" not in status


def test_the_key_of_the_administrator_is_nowhere_but_in_its_file(
    mesh: RunningMesh, home: Path
) -> None:
    secret = (home / "guard" / "administrator.key").read_text().strip()
    assert "administrator.key" in mesh.output
    assert secret not in mesh.output


def test_others_are_told_what_they_lack(mesh: RunningMesh, home: Path, tmp_path: Path) -> None:
    stranger = {"XDG_STATE_HOME": str(tmp_path)}
    refused = command(mesh, "ask", QUESTION, environment=stranger)
    assert "speaks TLS" in refused
    assert "ASKMESH_TLS_AUTHORITY_FILE" in refused
    authority = str(home / "tls" / "authority.pem")
    encrypted = stranger | {"ASKMESH_TLS_AUTHORITY_FILE": authority}
    assert "nobody knows who calls" in command(mesh, "ask", QUESTION, environment=encrypted)
    key = {"ASKMESH_KEY_FILE": str(home / "guard" / "administrator.key")}
    assert "serves" in command(mesh, "status", environment=encrypted | key)


@pytest.mark.parametrize("process", [*SERVICES, TRITON])
async def test_no_process_speaks_in_plain_text_and_those_behind_know_their_callers(
    mesh: RunningMesh, home: Path, process: str
) -> None:
    address = local_address(process, mesh.base_port)
    known = tls_files_of(home / "tls", COMMANDS)
    assert await tls_problem(address, None) is TlsProblem.ENCRYPTED
    assert await tls_problem(address, known) is None
    bare = await tls_problem(address, TlsFiles(known.authority))
    assert bare is (None if process in EDGE else TlsProblem.REFUSES)


def test_answers_go_on_with_other_certificates(
    mesh: RunningMesh, home: Path, user: Mapping[str, str]
) -> None:
    before = (home / "tls" / "retrieval.pem").read_bytes()
    certify(home / "tls", SERVICES)
    assert (home / "tls" / "retrieval.pem").read_bytes() != before
    assert "2 days" in command(mesh, "ask", "May one keep the extractor?", environment=user)
    assert "down" not in command(mesh, "status", environment=user)
