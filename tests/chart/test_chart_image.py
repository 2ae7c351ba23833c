"""The image: what the Dockerfile copies is enough to build, and the chart can run it."""

import importlib.util
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.manifests import Rendering
from support.server_cache import ROOT
from support.wheels import built_wheel

Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def instructions() -> list[Instruction]:
    lines = [
        line
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if not line.lstrip().startswith("#")
    ]
    logical = re.sub(r"\\\n\s*", "", "\n".join(lines)).split("\n")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in logical if line]


def test_every_instruction_is_known(instructions: list[Instruction]) -> None:
    known = {"ARG", "FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "ENTRYPOINT", "CMD"}
    assert {name for name, _ in instructions} <= known


def test_what_is_copied_is_there_and_not_ignored(instructions: list[Instruction]) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    for source in _copied(instructions):
        assert (ROOT / source).exists()
        assert f"!{source}" in ignored


def test_what_is_copied_is_enough_for_a_wheel(
    instructions: list[Instruction], tmp_path: Path
) -> None:
    for source in _copied(instructions):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source)
        else:
            shutil.copy(ROOT / source, tmp_path)
    assert built_wheel(tmp_path, tmp_path / "dist").exists()


def test_every_dependency_is_pinned() -> None:
    pins = {
        canonicalize_name(Requirement(line).name)
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for some in project["optional-dependencies"].values() for each in some]
    dependencies = [*project["dependencies"], *extras]
    needed = {canonicalize_name(Requirement(each).name) for each in dependencies}
    assert needed - pins == set()


def test_processes_run_as_a_user_that_kubernetes_can_check(
    instructions: list[Instruction],
) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", dict(instructions)["USER"])


def test_the_arguments_of_the_chart_are_modules(
    instructions: list[Instruction], defaults: Rendering
) -> None:
    assert json.loads(dict(instructions)["ENTRYPOINT"]) == ["python", "-m"]
    modules = {container["args"][0] for container in defaults.containers()}
    assert len(modules) == 7
    for module in modules:
        assert importlib.util.find_spec(f"{module}.__main__") is not None


def test_image_and_chart_agree_on_the_home(
    instructions: list[Instruction], defaults: Rendering
) -> None:
    home = defaults.environment("retrieval")["ASKMESH_HOME"]
    assert f"ASKMESH_HOME={home}" in dict(instructions)["ENV"].split()


def _copied(instructions: list[Instruction]) -> list[str]:
    return [
        source
        for name, rest in instructions
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
