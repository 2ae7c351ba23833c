"""Documents in files and folders."""

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from askmesh.client._types import MediaType, SourceDocument

MAX_CONTENT_BYTES = 32 * 1024 * 1024
"""The largest document that ingestion takes."""

_MEDIA_TYPES = {
    ".txt": MediaType.PLAIN_TEXT,
    ".text": MediaType.PLAIN_TEXT,
    ".rst": MediaType.PLAIN_TEXT,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".pdf": MediaType.PDF,
}
_RECORD_ENDINGS = frozenset({".jsonl", ".ndjson"})
_CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a line of a file, that gives no document, and why."""

    name: str
    reason: str


def documents_in(
    paths: Iterable[str | os.PathLike[str]], on_unreadable: Callable[[Unreadable], object]
) -> Iterator[SourceDocument]:
    """Yield the documents in files and folders, reading each when it is asked for.

    A file is one document, a line of a JSON Lines file (`_id` or `id`, `title`, `text`) is one,
    too; ids need to be unique within their file only. Files of a folder come in the order of their
    names; hidden ones, those whose ending is of no known form, and the JSON Lines files (queries,
    judgements) beside a `corpus.jsonl` are passed over. What cannot be read is reported and the
    rest goes on. Sources are absolute paths, so that a file is one document however it is named,
    and files of two folders are two. Reading blocks: `Client.ingest` does it in a thread.
    """
    for path in _files(paths, on_unreadable):
        if path.suffix.lower() in _RECORD_ENDINGS:
            yield from _records(path, on_unreadable)
        elif (document := _document(path, on_unreadable)) is not None:
            yield document


def count_documents(paths: Iterable[str | os.PathLike[str]]) -> int:
    """Return how many documents `documents_in` will at most yield. Reads JSON Lines files only."""
    return sum(
        _count_lines(path) if path.suffix.lower() in _RECORD_ENDINGS else 1
        for path in _files(paths, lambda _: None)
    )


def _files(
    paths: Iterable[str | os.PathLike[str]], on_unreadable: Callable[[Unreadable], object]
) -> Iterator[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            yield from _files_of_folder(path, on_unreadable)
        elif not path.exists():
            on_unreadable(Unreadable(str(path), "there is no such file or folder"))
        elif path.suffix.lower() not in _MEDIA_TYPES.keys() | _RECORD_ENDINGS:
            on_unreadable(Unreadable(str(path), "its ending is of no known form"))
        else:
            yield path


def _files_of_folder(folder: Path, on_unreadable: Callable[[Unreadable], object]) -> Iterator[Path]:
    def report(error: OSError) -> None:
        on_unreadable(Unreadable(str(error.filename), _reason(error)))

    for parent, folders, names in os.walk(folder, onerror=report):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in _document_names(names))


def _document_names(names: list[str]) -> Iterator[str]:
    records = frozenset[str]() if _CORPUS in names else _RECORD_ENDINGS
    for name in sorted(names):
        known = Path(name).suffix.lower() in _MEDIA_TYPES.keys() | records
        if name == _CORPUS or (known and not name.startswith(".")):
            yield name


def _document(path: Path, on_unreadable: Callable[[Unreadable], object]) -> SourceDocument | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            on_unreadable(Unreadable(str(path), "it is not a file"))
            return None
        if status.st_size > MAX_CONTENT_BYTES:
            on_unreadable(Unreadable(str(path), "it is larger than 32 MiB"))
            return None
        content = path.read_bytes()
    except OSError as error:
        on_unreadable(Unreadable(str(path), _reason(error)))
        return None
    return SourceDocument(
        source=_source(path),
        content=content,
        media_type=_MEDIA_TYPES[path.suffix.lower()],
        modified_time=_time(status.st_mtime),
    )


def _records(path: Path, on_unreadable: Callable[[Unreadable], object]) -> Iterator[SourceDocument]:
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        yield _record(path, number, line)
                    except ValueError as error:
                        on_unreadable(Unreadable(f"{path}:{number}", str(error)))
    except OSError as error:
        on_unreadable(Unreadable(str(path), _reason(error)))


def _record(path: Path, number: int, line: bytes) -> SourceDocument:
    try:
        value: object = json.loads(line)
    except ValueError as error:
        raise ValueError("the line is not JSON in UTF-8") from error
    except RecursionError as error:
        raise ValueError("the line is too deeply nested") from error
    if not isinstance(value, dict):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004 - bad data, not a bug
    fields = cast("dict[str, object]", value)
    text = fields.get("text")
    if not isinstance(text, str):
        raise ValueError("the line has no text")  # noqa: TRY004 - bad data, not a bug
    content = text.encode("utf-8", "replace")
    if len(content) > MAX_CONTENT_BYTES:
        raise ValueError("its text is larger than 32 MiB")
    names = (fields.get("_id"), fields.get("id"))
    identity = next((name for name in names if isinstance(name, str | int)), number)
    title = fields.get("title")
    return SourceDocument(
        source=_unicode(f"{_source(path)}#{identity}"),
        content=content,
        title=_unicode(title) if isinstance(title, str) else "",
        media_type=MediaType.PLAIN_TEXT,
    )


def _count_lines(path: Path) -> int:
    try:
        with path.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:
        return 0


def _time(timestamp: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(timestamp, UTC)
    except (ValueError, OverflowError, OSError):
        return None  # No calendar has it.


def _source(path: Path) -> str:
    """Return the absolute path, without dots; links keep their own names."""
    return _unicode(Path(os.path.normpath(path.absolute())).as_posix())


def _unicode(text: str) -> str:
    """Return `text` without the halves of characters that odd file names and JSON may hold."""
    return text.encode("utf-8", "replace").decode()


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be read").lower()
