"""Commands that end with one sentence."""

import signal
import socket
import subprocess
import sys
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_stop_does_so_in_order(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        port = str(silent.getsockname()[1])
        command = [sys.executable, "-m", "askmesh.cli", "ask", "--base-port", port, "Why?"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            connection, _ = silent.accept()
            with connection:
                running.send_signal(number)
                _, errors = running.communicate(timeout=30)
    assert (running.returncode, errors) == (128 + number, "")
