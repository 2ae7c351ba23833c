"""Events in files of a folder: one for each service, machine and day."""

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

from askmesh.auditing._events import AuditEvent

_ENDING = ".jsonl"
_LOCK = "lock"
AuditLine = Mapping[str, Any]


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class AuditFolder:
    """A folder of events. Only its owner may read the files."""

    path: Path

    def append(self, service: str, day: date, lines: Sequence[str]) -> None:
        """Add lines to the file of a day. Raise `OSError`."""
        name = f"{day.isoformat()}.{service}.{socket.gethostname()}{_ENDING}"
        with (
            self._alone(),
            open(self.path / name, "a", encoding="utf-8", opener=_for_the_owner) as file,
        ):
            file.write("".join(f"{line}\n" for line in lines))

    def drop_before(self, day: date) -> None:
        """Delete the files of days before one."""
        for path in self._files():
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
            changed = sum(one != other for one, other in zip(before, after, strict=True))
            if changed:
                with NamedTemporaryFile("w", dir=self.path, delete=False, encoding="utf-8") as file:
                    file.writelines(f"{json.dumps(line, ensure_ascii=False)}\n" for line in after)
                Path(file.name).replace(path)
        return changed

    def _files(self) -> list[Path]:
        return sorted(self.path.glob(f"????-??-??.*{_ENDING}"))

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keep other writers out; processes may share the folder."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path / _LOCK).open("w") as lock:
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

    def write(self, events: Sequence[AuditEvent]) -> None:
        for day, those in groupby(events, key=lambda event: event.time.date()):
            lines = [event.line(self.service, with_texts=self.with_texts) for event in those]
            self.folder.append(self.service, day, lines)
        today = _today()
        if self._dropped != today:
            self.folder.drop_before(today - timedelta(days=self.days))
            self._dropped = today


def _day_of(path: Path) -> date:
    try:
        return date.fromisoformat(path.name[:10])
    except ValueError:
        return date.max  # none of ours


def _read(path: Path) -> Iterator[AuditLine]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield cast("AuditLine", json.loads(line))


def _without(line: AuditLine, tenant: str, user: str, name: str) -> AuditLine:
    if line.get("tenant") != tenant:
        return line
    lists = {
        key: [f"user:{name}" if each == f"user:{user}" else each for each in line[key]]
        for key in ("allowed", "denied")
        if key in line
    }
    if line.get("user") != user:
        return {**line, **lists}
    kept = {key: value for key, value in line.items() if key != "question"}
    return {**kept, **lists, "user": name}
