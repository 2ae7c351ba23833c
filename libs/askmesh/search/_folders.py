"""Folders of indexes: one process at a time, and no torn files."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator, Iterable
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


def write_durably(path: Path, parts: Iterable[bytes | memoryview]) -> str:
    """Make a file of the parts and return its SHA-256. Its name is safe after `sync_folder`."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for part in parts:
            digest.update(part)
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def replace_durably(path: Path, parts: Iterable[bytes | memoryview]) -> None:
    """Replace the file by the parts, so that after any crash it is whole: the old or the new."""
    beside = path.with_name(path.name + ".new")
    write_durably(beside, parts)
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names of the files in a folder outlive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
