"""A whole mesh on this machine: Triton and all services as child processes."""

import asyncio
import errno
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from pathlib import Path
from tempfile import TemporaryFile

from askmesh.cli.guarding import guard
from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import SERVICES, TRITON, MeshLayout, service_of
from askmesh.cli.local_authority import certify
from askmesh.cli.local_meshes import telling_of
from askmesh.cli.processes import ChildProcess, LineSink, child_process
from askmesh.errors import StartupError, single_failure

STOP_GRACE_SECONDS = 15.0
BUSY_FOR_LONG = frozenset({TRITON, "ingestion"})
"""What shares the processors with all that answers as another desktop program does."""


class Mesh:
    """The running processes of a mesh."""

    def __init__(self, layout: MeshLayout, children: Sequence[ChildProcess]) -> None:
        self.layout = layout
        self.children = children

    async def watch(self, on_stopped: Callable[[ChildProcess], None]) -> None:
        """Tell of every process that stops by itself. Never returns; nothing is restarted.

        Raise `StartupError` when the last gateway stops: the others do without each other, in a
        degraded way, but nobody does without a gateway.
        """

        def tell(child: ChildProcess) -> None:
            on_stopped(child)
            if service_of(child.name) == "gateway" and not self.has_others(child):
                raise _stopped(child)

        await self._watch_all(tell)
        raise StartupError("MESH_STOPPED", "All processes stopped: their logs say why")

    def has_others(self, child: ChildProcess) -> bool:
        """Say whether another replica of the same service runs."""
        service = service_of(child.name)
        return any(each.runs for each in self.children if service_of(each.name) == service)

    async def wait_until_serving(self, seconds: float) -> None:
        """Return when all processes serve. Raise `StartupError` when one stops before, or late."""
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
                guard = tasks.create_task(self._watch_all(_raise_stopped))
                await self._all_serve()
                guard.cancel()
        except TimeoutError:
            raise StartupError(
                "START_TOO_SLOW", f"The mesh did not start within {seconds:.0f} s: see its log"
            ) from None

    async def _all_serve(self) -> None:
        async with asyncio.TaskGroup() as starts:
            for name in self.layout.processes:
                starts.create_task(
                    wait_until_serving(self.layout.address(name), self.layout.protection.tls)
                )

    async def _watch_all(self, on_stopped: Callable[[ChildProcess], None]) -> None:
        async def watch(child: ChildProcess) -> None:
            await child.wait()
            on_stopped(child)

        async with asyncio.TaskGroup() as watches:
            for child in self.children:
                watches.create_task(watch(child))


def make_home(home: Path) -> None:
    """Make the folder of models and documents. Raise `StartupError` if it cannot be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=home).close()
    except OSError as error:
        raise StartupError(
            "HOME_NOT_WRITABLE",
            f"The folder {home} cannot be written ({error.strerror or error}): name another one "
            "with --home or ASKMESH_HOME",
        ) from error


def require_free(addresses: Iterable[str]) -> None:
    """Raise `StartupError` if one of these addresses (`host:port`) cannot be listened on."""
    for address in addresses:
        host, _, port = address.rpartition(":")
        try:
            with socket.create_server((host, int(port))):
                pass
        except OSError as error:
            raise _unusable(port, error) from None


def prepare(layout: MeshLayout) -> None:
    """Make what the processes start with. Raise `StartupError` where that is not possible."""
    make_home(layout.home)
    protection = layout.protection
    if protection.certificates:
        certify(protection.certificates, (*SERVICES, TRITON) if layout.has_triton else SERVICES)
    if protection.keys:
        guard(protection.keys, layout.tenants.split(",")[0].strip())


@asynccontextmanager
async def running_mesh(
    layout: MeshLayout,
    on_line: LineSink,
    *,
    start_seconds: float,
    beside: AbstractAsyncContextManager[object] | None = None,
) -> AsyncGenerator[Mesh]:
    """Start all processes, yield once all of them serve, stop them in order at the end.

    What is `beside` them is entered once they run, and left when they are gone. Raise
    `StartupError` when the home cannot be written, a port is taken, one stops before it serves, or
    the time is over.
    """
    require_free(layout.listeners)
    await asyncio.to_thread(prepare, layout)
    with single_failure(), telling_of(layout.base_port, layout.protection):
        async with AsyncExitStack() as last, AsyncExitStack() as stack:
            children = [
                await stack.enter_async_context(_child(layout, name, on_line))
                for name in reversed(layout.processes)
            ]
            if beside is not None:
                await last.enter_async_context(beside)
            mesh = Mesh(layout, children)
            await mesh.wait_until_serving(start_seconds)
            yield mesh


def _child(
    layout: MeshLayout, name: str, on_line: LineSink
) -> AbstractAsyncContextManager[ChildProcess]:
    return child_process(
        name,
        (sys.executable, "-m", f"askmesh.{service_of(name)}"),
        layout.environment(name),
        on_line,
        grace_seconds=STOP_GRACE_SECONDS,
        own_session=service_of(name) in BUSY_FOR_LONG,
    )


def _raise_stopped(child: ChildProcess) -> None:
    raise _stopped(child)


def _stopped(child: ChildProcess) -> StartupError:
    # What kills a process leaves it no time to log why.
    why = "" if child.was_killed else " The last lines of its log say why."
    return StartupError("PROCESS_STOPPED", f"{child.end}{why}")


def _unusable(port: str, error: OSError) -> StartupError:
    if error.errno == errno.EADDRINUSE:
        return StartupError(
            "PORT_IN_USE",
            f"Port {port} is in use: stop what listens there, or choose other ports "
            "with --base-port",
        )
    return StartupError(
        "PORT_UNUSABLE",
        f"Port {port} cannot be used ({error.strerror or error}): choose other ports with "
        "--base-port",
    )
