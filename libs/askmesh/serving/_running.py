"""Running a service as a process."""

import asyncio
import ctypes
import gc
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import uvloop

from askmesh.config import ServiceSettings, load
from askmesh.errors import AskmeshError

SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1
S = TypeVar("S", bound=ServiceSettings)


def main(kind: type[S], service: Callable[[S], AbstractAsyncContextManager[object]]) -> None:
    """Be the process of `service`, with its settings from the environment; see `run`."""
    settings = load(kind)
    sys.exit(run(lambda: service(settings), exit_with_parent=settings.exit_with_parent))


def run(
    service: Callable[[], AbstractAsyncContextManager[object]], *, exit_with_parent: bool = False
) -> int:
    """Run `service` until SIGTERM or SIGINT, then leave it in order, and return the exit code.

    A signal while the service is starting cancels the start; what a thread has begun, such as
    fetching a model, is finished first. A second signal ends the process at once. A service
    that cannot start says why in one sentence on stderr, and the code is 1. A crash leaves no
    image of the memory: questions, passages and credentials are in it. On Linux, with
    `exit_with_parent`, the process gets a SIGTERM when the one that started it ends.
    """
    leave_no_core()
    if exit_with_parent and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    code = 0
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_until_told_to_stop(service))
    except* AskmeshError as errors:
        sys.stderr.write(f"{_first(errors)}\n")
        code = 1
    return code


def leave_no_core() -> None:
    """Let no crash of this process, or of one that it starts, write its memory to a file.

    Whoever looks for a defect raises the limit of the running process, by `prlimit --core`.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


async def _until_told_to_stop(service: Callable[[], AbstractAsyncContextManager[object]]) -> None:
    loop = asyncio.get_running_loop()
    started, told = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(_live(service, started, told))

        def stop() -> None:
            told.set()
            for number in SIGNALS:
                loop.remove_signal_handler(number)
            if not started.is_set():
                life.cancel()

        for number in SIGNALS:
            loop.add_signal_handler(number, stop)


async def _live(
    service: Callable[[], AbstractAsyncContextManager[object]],
    started: asyncio.Event,
    told: asyncio.Event,
) -> None:
    async with service():
        settle()
        started.set()
        await told.wait()


def settle() -> None:
    """Look for garbage no longer among what exists now: it lives as long as the process.

    Else all calls wait now and then while hundreds of thousands of objects are looked through.
    """
    gc.collect()
    gc.freeze()


def _first(errors: BaseExceptionGroup[AskmeshError]) -> str:
    first: BaseException = errors
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
