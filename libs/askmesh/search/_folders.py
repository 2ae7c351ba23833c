"""Folders of indexes: one process at a time, and no torn files."""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from askmesh.search._types import IndexBusyError


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold the folder for this process. Raises `IndexBusyError` if another one holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexBusyError(str(folder)) from None
        yield


def emptied(folder: Path) -> Path:
    """Make the folder exist and be empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def replace_durably(path: Path, write: "list[bytes | memoryview]") -> None:
    """Replace the file by the parts, so that after any crash it is whole: the old or the new."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.writelines(write)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
