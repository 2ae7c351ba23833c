"""A whole mesh on this machine: Triton and all services as child processes."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout
from askmesh.cli.processes import ChildProcess, LineSink, child_process
from askmesh.errors import StartupError

STOP_GRACE_SECONDS = 15.0


class Mesh:
    """The running processes of a mesh."""

    def __init__(self, layout: MeshLayout, children: Sequence[ChildProcess]) -> None:
        self.layout = layout
        self.children = children

    async def fail_when_one_stops(self) -> None:
        """Wait until a process stops by itself, and raise `StartupError` then."""
        child = await self._first_to_stop()
        raise StartupError(
            "PROCESS_STOPPED",
            f"{child.name} stopped with exit code {child.process.returncode}: "
            "the last lines of its log say why",
        )

    async def _first_to_stop(self) -> ChildProcess:
        async with asyncio.TaskGroup() as waits:
            tasks = {waits.create_task(child.wait()): child for child in self.children}
            done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
        return tasks[done.pop()]


@asynccontextmanager
async def running_mesh(
    layout: MeshLayout, on_line: LineSink, *, start_seconds: float
) -> AsyncGenerator[Mesh]:
    """Start all processes, yield once all of them serve, stop them in order at the end.

    Raise `StartupError` when one stops before it serves, or the time is over.
    """
    await asyncio.to_thread(layout.home.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        children = [
            await stack.enter_async_context(
                child_process(
                    name,
                    layout.environment(name),
                    on_line,
                    grace_seconds=STOP_GRACE_SECONDS,
                )
            )
            for name in reversed(layout.processes)
        ]
        mesh = Mesh(layout, children)
        await _until_all_serve(mesh, start_seconds)
        yield mesh


async def _until_all_serve(mesh: Mesh, start_seconds: float) -> None:
    try:
        async with asyncio.timeout(start_seconds), asyncio.TaskGroup() as tasks:
            guard = tasks.create_task(mesh.fail_when_one_stops())
            async with asyncio.TaskGroup() as starts:
                for name in mesh.layout.processes:
                    starts.create_task(wait_until_serving(mesh.layout.address(name)))
            guard.cancel()
    except TimeoutError:
        raise StartupError(
            "START_TOO_SLOW",
            f"The mesh did not start within {start_seconds:.0f} s: its log says why",
        ) from None
    except ExceptionGroup as group:
        if (failure := group.subgroup(StartupError)) is None:
            raise
        raise failure.exceptions[0] from None
