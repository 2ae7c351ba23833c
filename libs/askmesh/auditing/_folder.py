"""Events in files of a folder: one for each service, machine and day."""

import fcntl
import json
import logging
import os
import secrets
import socket
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import FileIO
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, cast

from askmesh.auditing._events import AuditEvent, json_line
from askmesh.replacing import replacing

_ENDING = ".jsonl"
_LOCK = "lock"
_LISTS = ("allowed", "denied")
_logger = logging.getLogger("askmesh.auditing")
AuditLine = Mapping[str, Any]


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class AuditFolder:
    """A folder of events. Only its owner may read the files."""

    path: Path

    def append(self, service: str, day: date, lines: Sequence[bytes]) -> None:
        """Add lines to the file of a day: all of them, or none and raise `OSError`."""
        name = f"{day.isoformat()}.{service}.{socket.gethostname()}{_ENDING}"
        with (
            self._alone(),
            open(self.path / name, "a+b", buffering=0, opener=_for_the_owner) as file,
        ):
            _add(file, b"".join(lines))

    def drop_before(self, service: str, day: date) -> None:
        """Delete a service's files of days before one."""
        for path in self._files(service):
            if _day_of(path) < day:
                path.unlink(missing_ok=True)

    def lines(self, chosen: Callable[[AuditLine], bool]) -> Iterator[AuditLine]:
        """Yield the lines that are chosen, day by day, in the order of their times."""
        for _, files in groupby(self._files(), key=_day_of):
            told = [line for path in files for line in _read(path) if chosen(line)]
            yield from sorted(told, key=lambda line: str(line["time"]))

    def forget(self, tenant: str, user: str) -> int:
        """Put a name that says nothing in place of a user's, and drop what that user wrote.

        Return how many lines that was. All get the same name, so that it is still to be seen that
        one person did all that. Services may go on writing.
        """
        name = f"forgotten-{secrets.token_hex(4)}"
        return sum(self._forget_in(path, tenant, user, name) for path in self._files())

    def _forget_in(self, path: Path, tenant: str, user: str, name: str) -> int:
        with self._alone():
            before = list(_read(path))
            after = [_without(line, tenant, user, name) for line in before]
            lines = b"".join(map(json_line, after))
            if lines != path.read_bytes():  # what is left of a damaged line may name the user, too
                with replacing(path) as file:
                    file.write(lines)
        return sum(one != other for one, other in zip(before, after, strict=True))

    def _files(self, service: str = "*") -> list[Path]:
        return sorted(self.path.glob(f"????-??-??.{service}.*{_ENDING}"))

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keep other writers out; processes may share the folder."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.path / _LOCK
        is_new = not path.exists()
        with path.open("w") as lock:
            if is_new:
                _give_to_owner(path, self.path)
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(slots=True)
class FolderSink:
    """Writes a service's events to a folder, and keeps them for some days."""

    folder: AuditFolder
    service: str
    days: int
    with_texts: bool
    _dropped: date | None = None

    def write(self, events: Sequence[AuditEvent]) -> int:
        """Keep the events of the first day."""
        self._drop()
        day = events[0].time.date() if events else _today()
        those = list(takewhile(lambda event: event.time.date() == day, events))
        if those:
            lines = [event.line(self.service, with_texts=self.with_texts) for event in those]
            self.folder.append(self.service, day, lines)
        return len(those)

    def _drop(self) -> None:
        today = _today()
        if self._dropped != today:
            self.folder.drop_before(self.service, today - timedelta(days=self.days))
            self._dropped = today


def _day_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.name[:10])
    except ValueError:
        return date.max  # none of ours


def _add(file: FileIO, text: bytes) -> None:
    """Add lines, or nothing if there is no room for all; begin a line if one is broken off."""
    size = file.seek(0, os.SEEK_END)
    is_broken = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
    rest = memoryview(b"\n" * is_broken + text)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(size)
        raise


def _give_to_owner(path: Path, folder: Path) -> None:
    """Give a file to the owner of its folder, if this user may: services are to open it, too."""
    owner = folder.stat()
    with suppress(PermissionError):
        os.chown(path, owner.st_uid, owner.st_gid)


def _read(path: Path) -> Iterator[AuditLine]:
    """Yield the lines of a file. One that is broken off is passed over; the log says so."""
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            line = _parsed(text)
            if line is None:
                _logger.warning("line %d of %s is damaged, and passed over", number, path.name)
            else:
                yield line


def _parsed(text: bytes) -> AuditLine | None:
    try:
        line: object = json.loads(text)
    except ValueError:
        return None
    return cast("AuditLine", line) if isinstance(line, dict) else None


def tells_of(line: AuditLine, user: str) -> bool:
    """Tell whether a line says what a user did, or has the user in a list of readers."""
    return line.get("user") == user or any(f"user:{user}" in line.get(key, ()) for key in _LISTS)


def _without(line: AuditLine, tenant: str, user: str, name: str) -> AuditLine:
    if line.get("tenant") != tenant:
        return line
    lists = {
        key: [f"user:{name}" if each == f"user:{user}" else each for each in line[key]]
        for key in _LISTS
        if key in line
    }
    if line.get("user") != user:
        return {**line, **lists}
    kept = {key: value for key, value in line.items() if key != "question"}
    return {**kept, **lists, "user": name}
