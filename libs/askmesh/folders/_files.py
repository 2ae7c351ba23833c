"""Files that give documents, wherever they stand."""

import stat
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Protocol

Signature = tuple[int | str, ...]
"""What changes when a file does."""

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FileStatus:
    """What is known of a file before it is read."""

    size: int
    modified_time: datetime | None
    signature: Signature
    is_file: bool = True


class File(Protocol):
    """A file that gives documents."""

    @property
    def name(self) -> str:
        """What the sources of its documents begin with."""
        ...

    @property
    def ending(self) -> str:
        """The ending of its name, such as ".md"."""
        ...

    @property
    def attributes(self) -> Mapping[str, str]:
        """What its documents have besides what they say themselves."""
        ...

    def status(self) -> FileStatus:
        """Look at the file. Raises `OSError`."""
        ...

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Read its bytes, from any place on. Raises `OSError`."""
        ...


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file on this machine."""

    path: Path
    name: str

    @property
    def ending(self) -> str:
        return self.path.suffix

    @property
    def attributes(self) -> Mapping[str, str]:
        return _NO_ATTRIBUTES

    def status(self) -> FileStatus:
        status = self.path.stat()
        return FileStatus(
            size=status.st_size,
            modified_time=_time(status.st_mtime),
            signature=(status.st_mtime_ns, status.st_size, status.st_ino),
            is_file=stat.S_ISREG(status.st_mode),
        )

    def opened(self) -> AbstractContextManager[BinaryIO]:
        return self.path.open("rb")


def _time(timestamp: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None  # No calendar has it.
