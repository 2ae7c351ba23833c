"""Commands that end with one sentence."""

import asyncio
import multiprocessing
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import askmesh
from support.mesh import free_base_port
from support.scripted_mesh import ScriptedGateway, ScriptedIngestion, gateway_at, ingestion_at

NOBODY = re.compile(
    r"Error: No mesh answers at 127\.0\.0\.1:\d+: start one with `askmesh up`, or say where it is "
    r"with --base-port, or with the variables ASKMESH_GATEWAY and ASKMESH_INGESTION\s*"
)


@pytest.mark.parametrize("arguments", [("status",), ("ask", "What is a mesh?")])
def test_without_a_mesh_a_command_says_how_to_start_one(arguments: tuple[str, ...]) -> None:
    result = askmesh(*arguments[:1], "--base-port", str(free_base_port()), *arguments[1:])
    assert result.returncode == 1
    assert NOBODY.fullmatch(result.stderr), result.stderr


def test_without_a_mesh_nothing_is_ingested_and_the_reason_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.", encoding="utf-8")
    result = askmesh("ingest", "--base-port", str(free_base_port()), str(tmp_path))
    assert result.returncode == 1
    assert NOBODY.fullmatch(result.stderr), result.stderr


async def test_with_ingestion_down_the_status_shows_the_rest() -> None:
    base_port = free_base_port()
    async with gateway_at(f"127.0.0.1:{base_port}", ScriptedGateway([])):
        result = await asyncio.to_thread(askmesh, "status", "--base-port", str(base_port))
    assert (result.returncode, result.stderr) == (1, "")
    states = states_in(result.stdout)
    assert states["gateway"].startswith("serves")
    assert states["retrieval"] == "down: down"
    assert states["ingestion"].startswith("down: ")
    assert states["triton"] == "not started here"


async def test_with_the_gateway_down_the_status_shows_the_rest() -> None:
    base_port = free_base_port()
    async with ingestion_at(f"127.0.0.1:{base_port + 1}", ScriptedIngestion()):
        result = await asyncio.to_thread(askmesh, "status", "--base-port", str(base_port))
    assert (result.returncode, result.stderr) == (1, "")
    states = states_in(result.stdout)
    assert states["gateway"].startswith("down: ")
    assert states["ingestion"].startswith("serves")
    assert states["index"] == "unknown, since the gateway does not answer"


async def test_a_mesh_elsewhere_is_found_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Words.", encoding="utf-8")
    port = free_base_port()
    gateway, ingestion = f"127.0.0.1:{port}", f"127.0.0.1:{port + 5}"
    monkeypatch.setenv("ASKMESH_GATEWAY", gateway)
    monkeypatch.setenv("ASKMESH_INGESTION", ingestion)
    async with gateway_at(gateway, ScriptedGateway([])):
        result = await asyncio.to_thread(askmesh, "ingest", "--home", str(tmp_path), str(tmp_path))
    assert result.stderr.startswith(f"Error: Ingestion does not answer at {ingestion}")


async def test_with_ingestion_down_nothing_is_ingested_and_ingestion_is_named(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text("Words.", encoding="utf-8")
    base_port = free_base_port()
    command = ("ingest", "--base-port", str(base_port), str(tmp_path))
    async with gateway_at(f"127.0.0.1:{base_port}", ScriptedGateway([])):
        result = await asyncio.to_thread(askmesh, *command)
    assert result.returncode == 1
    silent = f"Error: Ingestion does not answer at 127.0.0.1:{base_port + 1}"
    assert result.stderr.startswith(silent)


def states_in(table: str) -> dict[str, str]:
    rows = (line.strip("│ ").split("│") for line in table.splitlines() if line.startswith("│"))
    return {name.strip(): state.strip() for name, state in rows}


@pytest.mark.parametrize(
    ("option", "address", "server"),
    [
        ("--cache", "redis://127.0.0.1:1", "Redis"),
        ("--documents", "mongodb://127.0.0.1:1/mesh", "MongoDB"),
    ],
)
def test_a_server_that_is_not_there_is_not_measured(option: str, address: str, server: str) -> None:
    result = askmesh("tune", "pool", option, address)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"Error: {server} does not answer: start it, or look at its address\n"


@pytest.mark.parametrize("command", [("eval", "answers"), ("capacity",), ("batch",)])
def test_where_nothing_can_be_written_the_place_is_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "What is a mesh?"}\n', encoding="utf-8")
    output, port = str(file / "below" / "answers"), str(free_base_port())
    result = askmesh(*command, "--base-port", port, "--output", output, str(file))
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: {file}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe", "holds no key"), (None, "is not there")]
)
def test_a_file_of_a_key_without_a_key_is_named(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    result = askmesh("status", environment={"ASKMESH_KEY_FILE": str(file)})
    assert (result.returncode, result.stderr) == (
        1,
        f"Error: The file of the key, {file}, {told}\n",
    )


def test_a_missing_option_is_named() -> None:
    result = askmesh("ask")
    assert result.returncode == 2
    assert "QUESTION" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_stop_does_so_in_order(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        port = str(silent.getsockname()[1])
        command = [sys.executable, "-m", "askmesh.cli", "ask", "--base-port", port, "Why?"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
            connection, _ = silent.accept()
            with connection:
                running.send_signal(number)
                _, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (128 + number, "")


def test_a_command_of_a_test_that_does_not_end_is_killed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = str(silent.getsockname()[1])
        with pytest.raises(subprocess.TimeoutExpired):
            askmesh("ask", "--base-port", port, "Why?", seconds=0.1)
    assert multiprocessing.active_children() == []
