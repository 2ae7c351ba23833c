"""Child processes with prefixed output, stopped in order."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

LineSink = Callable[[str, str], None]
"""Takes the name of a process and one line of its output."""

MAX_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """A running program, and what it has started itself."""

    name: str
    process: asyncio.subprocess.Process

    @property
    def runs(self) -> bool:
        """Whether the process has not ended."""
        return self.process.returncode is None

    @property
    def was_killed(self) -> bool:
        """Whether a signal has ended the process."""
        code = self.process.returncode
        return code is not None and code < 0

    @property
    def end(self) -> str:
        """How the process has ended, as a sentence."""
        code = self.process.returncode
        if code is not None and code < 0:
            return f"{self.name} was killed by {signal.Signals(-code).name}."
        return f"{self.name} stopped with exit code {code}."

    async def wait(self) -> int:
        """Return the exit code, once there is one."""
        return await self.process.wait()

    async def stop(self, *, grace_seconds: float) -> None:
        """Ask the process to stop; when it has, or the grace is over, kill all that is left."""
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace_seconds):
                    await self._ask_to_stop()
        finally:
            # What the process has started would keep its output open.
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()

    async def _ask_to_stop(self) -> None:
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)
            await self.process.wait()


@asynccontextmanager
async def child_process(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    on_line: LineSink,
    *,
    grace_seconds: float,
    own_session: bool = False,
) -> AsyncGenerator[ChildProcess]:
    """Run `command`, with `environment` beside our own, until the block ends.

    The child has a group of its own, so that Ctrl-C reaches this process only, which then
    stops its children in order. Desktops share the processors among sessions first, and among the
    threads of one by their niceness.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=MAX_LINE_BYTES,
        start_new_session=own_session,
        preexec_fn=None if own_session else os.setpgrp,  # uvloop has no `process_group`
    )
    child = ChildProcess(name, process)
    async with asyncio.TaskGroup() as readers:
        readers.create_task(_read_lines(child, on_line))
        try:
            yield child
        finally:
            await child.stop(grace_seconds=grace_seconds)


async def _read_lines(child: ChildProcess, on_line: LineSink) -> None:
    output = child.process.stdout
    if output is None:
        raise RuntimeError("the process was started without a pipe")
    async for line in output:
        on_line(child.name, line.decode("utf-8", "replace").rstrip("\n"))
