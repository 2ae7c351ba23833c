"""How Triton for CPUs is set and called."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from askmesh.config import environment_variables
from askmesh.errors import StartupError
from askmesh.triton_cpu.environment import (
    check_python,
    environment_at,
    install,
    python_library,
)
from askmesh.triton_cpu.settings import TritonCpuSettings


def test_no_variable_is_read_in_vain() -> None:
    prefix = "TRITON_CPU_"
    read = {name.removeprefix(prefix) for name in environment_variables(TritonCpuSettings)}
    unused = {"REFLECTION", "TENANTS", "OTLP_ENDPOINT"}
    assert read.isdisjoint(unused)
    assert {"ADDRESS", "DRAIN_SECONDS", "ASKMESH_HOME"} <= read


@pytest.mark.parametrize("address", ["127.0.0.1:0", "7410", "localhost:", ":7410"])
def test_an_address_needs_host_and_port(address: str) -> None:
    with pytest.raises(ValidationError, match="host:port"):
        TritonCpuSettings(address=address)


def test_only_known_models_can_be_served() -> None:
    assert TritonCpuSettings(models="ensemble").models == "ensemble"
    with pytest.raises(ValidationError, match="models"):
        TritonCpuSettings.model_validate({"models": "llama"})


def test_each_combination_of_versions_has_an_environment_of_its_own(tmp_path: Path) -> None:
    environment = environment_at(tmp_path)
    assert environment.folder.parent == tmp_path
    assert environment == environment_at(tmp_path)
    assert not environment.folder.exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 13)])
def test_a_python_without_wheels_is_refused_with_what_to_do(version: tuple[int, int]) -> None:
    with pytest.raises(StartupError, match=rf"3\.11 or 3\.12, .* {version[0]}\.{version[1]}: use"):
        check_python(version)


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
def test_a_python_with_wheels_is_accepted(version: tuple[int, int]) -> None:
    check_python(version)


def test_this_python_has_a_shared_library() -> None:
    assert python_library().is_file()


def test_a_home_that_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "file" / "home"
    home.parent.touch()
    with pytest.raises(StartupError, match="set ASKMESH_HOME") as caught:
        install(home, lambda _: None)
    assert str(home) in caught.value.message
    assert "\n" not in caught.value.message
