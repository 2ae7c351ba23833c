"""A mesh that asks for credentials, used by the command line."""

from collections.abc import Callable, Generator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from askmesh.identity import Role
from support.commands import askmesh
from support.credentials import Keys
from support.mesh import PATIENT, RunningMesh, running_mesh

BEHIND = ("QUERY_UNDERSTANDING", "RETRIEVAL", "RERANKING", "SUMMARIZATION")
QUESTION = "How long may the extractor be kept?"

Command = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def guarded(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Generator[RunningMesh]:
    public, private = (str(keys.folder / f"{name}.pem") for name in ("public", "private"))
    environment = PATIENT | {
        f"{service}_{name.upper()}": value
        for service in ("GATEWAY", "INGESTION")
        for name, value in keys.edge.items()
    }
    environment |= {"GATEWAY_SIGNING_KEY_FILE": private}
    environment |= {f"{service}_VERIFYING_KEY_FILE": public for service in BEHIND}
    options = ("--triton", "127.0.0.1:9", "--tenants", "blue")
    home = tmp_path_factory.mktemp("home")
    with running_mesh(home, *options, environment=environment) as mesh:
        yield mesh


@pytest.fixture
def by(guarded: RunningMesh, keys: Keys) -> Command:
    """Run a command in the name of somebody of a role."""

    def run(role: Role, *arguments: str) -> CompletedProcess[str]:
        command, *others = arguments
        port = ("--base-port", str(guarded.base_port))
        return askmesh(command, *port, *others, environment={"ASKMESH_KEY": keys.secrets[role]})

    return run


def test_a_document_is_found_by_those_alone_who_may_read_it(by: Command, tmp_path: Path) -> None:
    folder = tmp_path / "lending"
    folder.mkdir()
    (folder / "lending.md").write_text("# Lending\n\nThe extractor may be kept for 2 days.\n")
    brought = by(Role.INGESTER, "ingest", "--allow", "user:a-reader", str(folder))
    assert brought.returncode == 0, brought.stdout + brought.stderr
    assert "2 days" in by(Role.READER, "ask", QUESTION).stdout
    assert "2 days" not in by(Role.ADMINISTRATOR, "ask", QUESTION).stdout


def test_who_lacks_the_role_is_told_so_and_not_that_the_mesh_is_away(by: Command) -> None:
    refused = by(Role.READER, "status")
    assert refused.returncode != 0
    assert "none of your roles" in refused.stdout + refused.stderr
    assert "serves" in by(Role.OPERATOR, "status").stdout
