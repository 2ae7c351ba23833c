"""Where programs that tests start are kept: fetched or built once, then used by every run."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


class ServerMissingError(Exception):
    """A server that tests would start cannot be had here. The text says why."""


def kept(name: str, build: Callable[[Path], None]) -> Path:
    """Return the folder `name` of the cache, which `build` fills if it is missing.

    It is filled whole or not at all. The name changes with what is built.
    """
    home = Path(os.environ.get("ASKMESH_HOME") or ROOT / ".askmesh")
    folder = home / "test-servers" / name
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{name}.") as parent:
            new = Path(parent) / "new"
            new.mkdir()
            build(new)
            _move_in(new, folder)
    return folder


def _move_in(new: Path, folder: Path) -> None:
    try:
        new.rename(folder)
    except OSError:
        if not folder.exists():  # else another run was faster
            raise
