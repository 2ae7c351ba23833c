"""Commands that end with one sentence."""

from pathlib import Path

import pytest

from support.mesh import askmesh, free_base_port

NOBODY = "No mesh answers here: start one with `askmesh up`, or say where it is with --base-port"


@pytest.mark.parametrize("arguments", [("status",), ("ask", "What is a mesh?")])
def test_without_a_mesh_a_command_says_how_to_start_one(arguments: tuple[str, ...]) -> None:
    result = askmesh(*arguments[:1], "--base-port", str(free_base_port()), *arguments[1:])
    assert result.returncode == 1
    assert result.stderr.strip() == f"Error: {NOBODY}"


def test_without_a_mesh_nothing_is_ingested_and_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.", encoding="utf-8")
    result = askmesh("ingest", "--base-port", str(free_base_port()), str(tmp_path))
    assert result.returncode == 1
    assert result.stderr.strip() == f"Error: {NOBODY}"


def test_a_missing_option_is_named() -> None:
    result = askmesh("ask")
    assert result.returncode == 2
    assert "QUESTION" in result.stderr
