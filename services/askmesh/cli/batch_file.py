"""The answers of a batch in a file: one JSON object a line, of each question one."""

import fcntl
import json
import os
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import TypeAlias, cast

from askmesh.cli.answer_record import jsonable
from askmesh.errors import PreconditionError
from askmesh.replacing import replacing

AnswerLine: TypeAlias = Mapping[str, object]
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Written:
    """Which question a line is of, by its fingerprint, and why it was refused, if it was."""

    asked: str
    refusal: str


class AnswerFile:
    """Lines of answers, held for this process alone while it is open."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it, without a last line that was broken off.

        Raise `PreconditionError` where another process has it, or where it cannot be written.
        """
        self._path = path
        self._file = _opened(path)
        with _writing(path):
            self._file.truncate(_whole_lines_end(path))

    def written(self) -> dict[str, Written]:
        """Return what is there, by the ids of the questions."""
        return {
            str(line["id"]): Written(str(line.get("fingerprint")), _refusal(line))
            for _, line in self._lines()
        }

    def take_out(self, ids: Collection[str]) -> None:
        """Leave the lines of these ids out from now on."""
        if not ids:
            return
        with _writing(self._path), replacing(self._path) as others:
            others.writelines(text for text, line in self._lines() if str(line["id"]) not in ids)
        self._file.close()
        self._file = _opened(self._path)

    def append(self, line: AnswerLine) -> None:
        """Add a line; it is there when this returns, whatever becomes of this process."""
        text = json.dumps(line, default=jsonable, ensure_ascii=False)
        with _writing(self._path):
            rest = memoryview(f"{text}\n".encode())
            while rest:
                rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """Let others have the file; it is on the disk then."""
        with self._file, _writing(self._path):
            os.fsync(self._file.fileno())

    def _lines(self) -> Iterator[tuple[bytes, AnswerLine]]:
        with self._path.open("rb") as lines:
            for number, text in enumerate(lines, start=1):
                yield text, self._line(number, text)

    def _line(self, number: int, text: bytes) -> AnswerLine:
        try:
            line: object = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict) and "id" in line:
            return cast("AnswerLine", line)
        raise PreconditionError(
            "OUTPUT_OTHER", f"{self._path}:{number} is no answer of a batch: choose another output"
        )


def _refusal(line: AnswerLine) -> str:
    error = line.get("error")
    told = cast("AnswerLine", error).get("message") if isinstance(error, dict) else error
    return str(told or "")


@contextmanager
def answer_file(path: Path) -> Generator[AnswerFile]:
    """Hold a file of answers for the time of the block."""
    file = AnswerFile(path)
    try:
        yield file
    finally:
        file.close()


def _opened(path: Path) -> FileIO:
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = FileIO(path, "a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise PreconditionError(
            "OUTPUT_BUSY", f"{path} is being written by another batch: wait for its end"
        ) from None
    return file


def _whole_lines_end(path: Path) -> int:
    """Return where the last line ends that was written whole."""
    with path.open("rb") as file:
        place = file.seek(0, os.SEEK_END)
        while place:
            start = max(0, place - _BLOCK)
            file.seek(start)
            if found := file.read(place - start).rfind(b"\n") + 1:
                return start + found
            place = start
    return 0


@contextmanager
def _writing(path: Path) -> Generator[None]:
    """Raise `PreconditionError` where the block cannot write the file."""
    try:
        yield
    except OSError as error:
        raise PreconditionError(
            "OUTPUT_UNWRITABLE", f"{path} cannot be written: {error.strerror}"
        ) from error
