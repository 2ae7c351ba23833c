"""Folders that one process makes while others wait for them."""

import fcntl
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path


def make_once(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make `folder` where it is not there yet: `fill` gets a folder that becomes it when done.

    Who else calls this meanwhile, in any process, waits. The folder is complete or not there.
    """
    with _locked(folder.with_name(f".{folder.name}.lock")):
        if not folder.is_dir():
            _make(folder, fill)


def _make(folder: Path, fill: Callable[[Path], None]) -> None:
    temporary = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        fill(temporary)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Generator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
