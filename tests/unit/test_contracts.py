"""The schemas pass their linter, and the committed stubs are what the generator makes of them."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import grpc
import pytest

REPOSITORY = Path(__file__).parents[2]
PROTOS = REPOSITORY / "protos"
PROGRAMS = Path(sysconfig.get_path("scripts"))
LIBRARIES = Path(sysconfig.get_path("purelib"))
# `askmesh.rpc.upstream_errors` puts them together.
MADE_FROM_NAMES_OF_SERVICES = {"RETRIEVAL_UNAVAILABLE", "SUMMARIZATION_UNAVAILABLE"}
# `askmesh.text.require_text` puts them together.
MADE_FROM_NAMES_OF_FIELDS = {
    f"{field}_{problem}"
    for field in ("QUERY", "QUESTION")
    for problem in ("EMPTY", "TOO_LONG", "NOT_TEXT")
}
NAME_OF_A_SPELLING = "UPPER_SNAKE_CASE"


def test_the_schemas_pass_the_linter() -> None:
    linted = subprocess.run(
        [PROGRAMS / "buf", "lint"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert linted.stdout + linted.stderr == ""
    assert linted.returncode == 0


def test_the_stubs_are_what_the_generator_makes(tmp_path: Path) -> None:
    schemas = sorted(path.relative_to(PROTOS) for path in PROTOS.rglob("*.proto"))
    _protoc(
        f"-I{PROTOS}",
        f"--python_out={tmp_path}",
        f"--grpc_python_out={tmp_path}",
        f"--mypy_out=quiet:{tmp_path}",
        f"--mypy_grpc_out=quiet,only_async:{tmp_path}",
        *map(str, schemas),
    )
    assert _stubs(PROTOS / "askmesh") == {
        path: text
        for path, text in _stubs(tmp_path / "askmesh").items()
        # Messages that services share: no service, so no stubs of one.
        if not (path.is_relative_to("api/common") and "_pb2_grpc" in path.name)
    }


def test_the_types_of_googles_messages_are_what_the_generator_makes(tmp_path: Path) -> None:
    files = ["google/rpc/error_details.proto", "google/rpc/status.proto"]
    _protoc(f"-I{LIBRARIES}", f"--mypy_out=quiet:{tmp_path}", *files)
    assert _stubs(PROTOS / "google") == _stubs(tmp_path / "google")


@pytest.mark.parametrize("target", ["protos", "protos-check"])
def test_a_generation_that_fails_leaves_the_stubs_as_they_are(target: str, tmp_path: Path) -> None:
    shutil.copytree(PROTOS, tmp_path / "protos")
    shutil.copy(REPOSITORY / "Makefile", tmp_path)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, result in (("python", "false"), ("buf", "true")):
        (programs / name).symlink_to(str(shutil.which(result)))
    for name in ("pyproject.toml", "constraints.txt", ".venv/.installed"):
        (tmp_path / name).touch()
    made = subprocess.run(
        ["make", target], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert made.returncode != 0
    assert _stubs(tmp_path / "protos") == _stubs(PROTOS)


@pytest.mark.parametrize(
    "path", sorted(PROTOS.glob("askmesh/api/*/v1/*.proto")), ids=lambda path: path.stem
)
def test_package_and_folder_have_one_name(path: Path) -> None:
    package = ".".join(path.parent.relative_to(PROTOS).parts)
    assert f"\npackage {package};\n" in path.read_text()


def test_every_reason_that_the_schemas_promise_is_one_that_the_code_gives() -> None:
    schemas = "\n".join(path.read_text() for path in PROTOS.rglob("*.proto"))
    source = "".join(path.read_text() for path in _sources())
    reasons = _reasons(schemas) - MADE_FROM_NAMES_OF_SERVICES - MADE_FROM_NAMES_OF_FIELDS
    assert reasons >= {"TOO_MANY_ANSWERS", "TENANT_UNKNOWN"}
    assert sorted(reason for reason in reasons if f'"{reason}"' not in source) == []


def _sources() -> list[Path]:
    return [path for root in ("libs", "services") for path in (REPOSITORY / root).rglob("*.py")]


def _reasons(schemas: str) -> set[str]:
    """The words in capitals of the comments that are neither statuses of gRPC nor enum values."""
    comments: list[str] = re.findall(r"//.*", schemas)
    words = set(re.findall(r"[A-Z]+(?:_[A-Z]+)+", "\n".join(comments)))
    statuses = {code.name for code in grpc.StatusCode}
    enum_values: set[str] = set(re.findall(r"(\w+) = \d+;", schemas))
    return words - statuses - enum_values - {NAME_OF_A_SPELLING}


def _protoc(*arguments: str) -> None:
    search_path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", *arguments],
        cwd=REPOSITORY,
        env=os.environ | {"PATH": search_path},
        check=True,
        timeout=120,
    )


def _stubs(folder: Path) -> dict[Path, str]:
    return {
        path.relative_to(folder): path.read_text()
        for path in folder.rglob("*_pb2*.py*")
        if path.suffix in {".py", ".pyi"}
    }
