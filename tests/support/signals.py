"""Faults of processes: stopped for a while, killed, or without room on the disk."""

import resource
import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil


@contextmanager
def stopped(process: int) -> Generator[None]:
    """Stop a process and all that it has started for the time of the block.

    Connections stay open, new ones are accepted by the kernel, and nothing is answered.
    """
    family = list(_family(process))
    for each in family:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in reversed(family):
            with suppress(psutil.NoSuchProcess):
                each.send_signal(signal.SIGCONT)


def kill(process: int) -> None:
    """End a process and all that it has started at once, as `kill -9` does."""
    for each in list(_family(process)):
        with suppress(psutil.NoSuchProcess):
            each.kill()


@contextmanager
def no_room_on_disk(process: int) -> Generator[None]:
    """Let no file of a process grow for the time of the block: it gets EFBIG, as by a quota."""
    before = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_FSIZE, before)


def processes_of(module: str, home: Path) -> list[int]:
    """Return the ids of the processes `python -m MODULE` of the mesh with this home."""
    found: list[int] = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):  # it may have ended meanwhile, or belong to somebody else
            if each.environ().get("ASKMESH_HOME") == str(home) and module in each.cmdline():
                found.append(each.pid)
    return sorted(found)


def _family(process: int) -> Iterator[psutil.Process]:
    """Yield a process, then its descendants: whoever starts others is stopped before them."""
    first = psutil.Process(process)
    yield first
    yield from first.children(recursive=True)
