"""Processes that a mesh starts: nothing of them is left when it ends, however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.cli.processes import child_process
from askmesh.cli.supervising import WITHOUT
from support.mesh import free_base_port

SECONDS = 30.0


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


async def test_a_process_that_ends_by_itself_says_with_which_code() -> None:
    command = ("sh", "-c", "exit 7")
    async with child_process("shell", command, {}, lambda _name, _line: None, grace_seconds=5) as c:
        await c.wait()
    assert c.end == "shell stopped with exit code 7."


def test_it_is_told_of_every_process_what_works_without_it() -> None:
    assert set(MeshLayout(Path()).processes) == WITHOUT.keys()


def test_a_service_ends_when_the_mesh_that_started_it_is_killed(tmp_path: Path) -> None:
    layout = MeshLayout(home=tmp_path, base_port=free_base_port())
    parent = subprocess.Popen(
        ["sh", "-c", f"{sys.executable} -m askmesh.query_understanding & wait"],
        env={**os.environ, **layout.environment("query_understanding")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        serves = wait_until_serving(layout.address("query_understanding"))
        asyncio.run(asyncio.wait_for(serves, SECONDS))
        parent.kill()
        parent.communicate(timeout=SECONDS)  # the service holds the pipe open until it ends
    finally:
        with suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()
