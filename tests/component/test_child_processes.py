"""Processes that a mesh starts: nothing of them is left when it ends, however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest

from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.cli.mesh import Mesh
from askmesh.cli.processes import ChildProcess, child_process
from askmesh.cli.supervising import WITHOUT
from askmesh.errors import StartupError, single_failure
from support.mesh import free_base_port

SECONDS = 60.0


async def test_what_a_process_has_started_ends_with_it() -> None:
    started = asyncio.Event()
    command = ("sh", "-c", "sleep 1000 & echo started; wait")
    async with (
        asyncio.timeout(SECONDS),
        child_process("shell", command, {}, lambda _name, _line: started.set(), grace_seconds=5),
    ):
        await started.wait()


async def test_a_process_that_does_not_stop_is_killed() -> None:
    started = asyncio.Event()
    command = ("sh", "-c", "trap '' TERM; echo started; while :; do sleep 1000; done")
    async with (
        asyncio.timeout(SECONDS),
        child_process(
            "shell", command, {}, lambda _name, _line: started.set(), grace_seconds=0.1
        ) as child,
    ):
        await started.wait()
    assert child.process.returncode == -signal.SIGKILL
    assert child.end == "shell was killed by SIGKILL."


@pytest.mark.parametrize("own_session", [False, True])
async def test_a_process_has_a_group_of_its_own_and_a_session_if_it_is_said(
    *, own_session: bool
) -> None:
    command = ("sleep", "1000")
    async with child_process(
        "shell", command, {}, lambda _name, _line: None, grace_seconds=5, own_session=own_session
    ) as c:
        group, session = os.getpgid(c.process.pid), os.getsid(c.process.pid)
    assert group == c.process.pid
    assert session == (c.process.pid if own_session else os.getsid(0))


async def test_a_process_that_ends_by_itself_says_with_which_code() -> None:
    command = ("sh", "-c", "exit 7")
    async with child_process("shell", command, {}, lambda _name, _line: None, grace_seconds=5) as c:
        await c.wait()
    assert c.end == "shell stopped with exit code 7."


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("kill -KILL $$", "gateway was killed by SIGKILL."),
        ("exit 3", "gateway stopped with exit code 3. The last lines of its log say why."),
    ],
)
async def test_a_mesh_ends_with_its_gateway_only_and_says_how_that_ended(
    script: str, said: str, tmp_path: Path
) -> None:
    others_end = tmp_path / "others_end"
    scripts = {
        "reranking": f"touch {others_end}",
        "gateway": f"until [ -e {others_end} ]; do sleep 0.01; done; {script}",
        "retrieval": "sleep 1000",
    }
    told: list[str] = []
    async with asyncio.timeout(SECONDS), AsyncExitStack() as stack:
        children = [
            await stack.enter_async_context(
                child_process(
                    name, ("sh", "-c", each), {}, lambda _name, _line: None, grace_seconds=5
                )
            )
            for name, each in scripts.items()
        ]
        mesh = Mesh(MeshLayout(tmp_path), children)
        with pytest.raises(StartupError) as caught, single_failure():
            await mesh.watch(lambda child: told.append(child.name))
    assert caught.value.message == said
    assert told[-1] == "gateway"
    assert "retrieval" not in told


async def test_a_mesh_goes_on_with_the_gateway_that_is_left(tmp_path: Path) -> None:
    first_is_told = tmp_path / "first_is_told"
    scripts = {
        "gateway": "exit 1",
        "gateway-2": f"until [ -e {first_is_told} ]; do sleep 0.01; done; exit 7",
    }
    told: list[tuple[str, bool]] = []

    def tell(child: ChildProcess) -> None:
        told.append((child.name, mesh.has_others(child)))
        first_is_told.touch()

    async with asyncio.timeout(SECONDS), AsyncExitStack() as stack:
        children = [
            await stack.enter_async_context(
                child_process(
                    name, ("sh", "-c", each), {}, lambda _name, _line: None, grace_seconds=5
                )
            )
            for name, each in scripts.items()
        ]
        mesh = Mesh(MeshLayout(tmp_path, replicas={"gateway": 2}), children)
        with pytest.raises(StartupError, match="gateway-2 stopped"), single_failure():
            await mesh.watch(tell)
    assert told == [("gateway", True), ("gateway-2", False)]


def test_it_is_told_of_every_process_what_works_without_it() -> None:
    assert set(MeshLayout(Path()).processes) == WITHOUT.keys()


def test_a_service_ends_when_the_mesh_that_started_it_is_killed(tmp_path: Path) -> None:
    layout = MeshLayout(home=tmp_path, base_port=free_base_port())
    parent = subprocess.Popen(
        ["sh", "-c", f"{sys.executable} -m askmesh.gateway & wait"],
        env={**os.environ, **layout.environment("gateway")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        serves = wait_until_serving(layout.address("gateway"))
        asyncio.run(asyncio.wait_for(serves, SECONDS))
        parent.kill()
        parent.communicate(timeout=SECONDS)  # the service holds the pipe open until it ends
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()
