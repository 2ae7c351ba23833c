"""A file that takes the place of another."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def replacing(path: Path) -> Generator[IO[bytes]]:
    """Yield a file that takes the place of the one at `path` when the block ends.

    The mode stays and, where this user may give files away, the owner; a new file is for its owner
    alone. After an error the old file stays, and nothing of the new one.
    """
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        beside = Path(file.name)
        try:
            yield file
            file.flush()
            if path.exists():
                _make_alike(beside, path.stat())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def _make_alike(path: Path, other: os.stat_result) -> None:
    """Give a file the mode and, where this user may, the owner of another."""
    path.chmod(S_IMODE(other.st_mode))
    with suppress(PermissionError):
        os.chown(path, other.st_uid, other.st_gid)
