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

_ENDINGS = {
    MediaType.PLAIN_TEXT: ".txt .text .log",
    MediaType.MARKDOWN: ".md .markdown",
    MediaType.HTML: ".html .htm .xhtml",
    MediaType.PDF: ".pdf",
    MediaType.DOCX: ".docx .docm",
    MediaType.PPTX: ".pptx .pptm",
    MediaType.XLSX: ".xlsx .xlsm",
    MediaType.CSV: ".csv",
    MediaType.TSV: ".tsv .tab",
    MediaType.EPUB: ".epub",
    MediaType.EML: ".eml",
    MediaType.RTF: ".rtf",
    MediaType.RST: ".rst",
    MediaType.IPYNB: ".ipynb",
    MediaType.SOURCE_CODE: (
        ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .go .rs .c .h .cc .cpp .hpp .cs .rb .php .swift "
        ".scala .sh .bash .ps1 .sql .r .lua .pl .proto .yaml .yml .toml .ini .cfg .conf .json "
        ".properties .tf .css"
    ),
}
_MEDIA_TYPES = {
    ending: media_type for media_type, endings in _ENDINGS.items() for ending in endings.split()
}
_RECORD_ENDINGS = frozenset({".jsonl", ".ndjson"})
_CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a line of a file, that gives no document, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str


def documents_in(
    paths: Iterable[str | os.PathLike[str]],
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object] = lambda _: None,
) -> Iterator[SourceDocument]:
    """Yield the documents in files and folders, reading each when it is asked for.

    A file is one document, a line of a JSON Lines file (`_id` or `id`, `title`, `text`) is one,
    too; ids need to be unique within their file only. Files of a folder come in the order of their
    names. Passed over, and told by their kind, are hidden files, those whose ending is of no known
    form, linked folders, and the JSON Lines files (queries, judgements) beside a `corpus.jsonl`.
    What cannot be read is reported and the rest goes on. Sources are names below the folder given
    and begin with its own name, "docs/guide.md", the same on every machine. Reading blocks:
    `Client.ingest` does it in a thread.
    """
    for file in _files(paths, on_unreadable, on_passed_over):
        if file.path.suffix.lower() in _RECORD_ENDINGS:
            yield from _records(file, on_unreadable)
        elif (document := _document(file, on_unreadable)) is not None:
            yield document


def count_documents(paths: Iterable[str | os.PathLike[str]]) -> int:
    """Return how many documents `documents_in` will at most yield. Reads JSON Lines files only."""
    return sum(
        _count_lines(file.path) if file.path.suffix.lower() in _RECORD_ENDINGS else 1
        for file in _files(paths, lambda _: None, lambda _: None)
    )


def source_of_folder(folder: str | os.PathLike[str]) -> str:
    """Return what the sources of all documents in a folder begin with."""
    # Links keep their own names.
    return _unicode(f"{Path(os.path.normpath(Path(folder).absolute())).name}/")


def _files(
    paths: Iterable[str | os.PathLike[str]],
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object],
) -> Iterator[_File]:
    for path in map(Path, paths):
        name = source_of_folder(path.parent) + path.name
        if path.is_dir():
            yield from _files_of_folder(path, on_unreadable, on_passed_over)
        elif not path.exists():
            on_unreadable(Unreadable(str(path), "there is no such file or folder"))
        elif path.suffix.lower() not in _MEDIA_TYPES.keys() | _RECORD_ENDINGS:
            on_unreadable(Unreadable(str(path), "its ending is of no known form"))
        else:
            yield _File(path, _unicode(name))


def _files_of_folder(
    folder: Path,
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object],
) -> Iterator[_File]:
    def name_of(path: str | os.PathLike[str]) -> str:
        below = Path(path).relative_to(folder).as_posix()
        return _unicode(source_of_folder(folder) + below)

    def report(error: OSError) -> None:
        on_unreadable(Unreadable(name_of(error.filename), _reason(error)))

    for parent, folders, names in os.walk(folder, onerror=report):
        for name in sorted(folders):
            if Path(parent, name).is_symlink():
                on_passed_over("linked folder")
            elif name.startswith("."):
                on_passed_over("hidden folder")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in _document_names(names, on_passed_over):
            yield _File(Path(parent, name), name_of(Path(parent, name)))


def _document_names(names: list[str], on_passed_over: Callable[[str], object]) -> Iterator[str]:
    records = frozenset[str]() if _CORPUS in names else _RECORD_ENDINGS
    for name in sorted(names):
        ending = Path(name).suffix.lower()
        if name.startswith("."):
            on_passed_over("hidden file")
        elif name == _CORPUS or ending in _MEDIA_TYPES.keys() | records:
            yield name
        else:
            on_passed_over(ending or "file without an ending")


def _document(file: _File, on_unreadable: Callable[[Unreadable], object]) -> SourceDocument | None:
    try:
        status = file.path.stat()
        if not stat.S_ISREG(status.st_mode):
            on_unreadable(Unreadable(file.name, "it is not a file"))
            return None
        if status.st_size > MAX_CONTENT_BYTES:
            on_unreadable(Unreadable(file.name, "it is larger than 32 MiB"))
            return None
        content = file.path.read_bytes()
    except OSError as error:
        on_unreadable(Unreadable(file.name, _reason(error)))
        return None
    return SourceDocument(
        source=file.name,
        content=content,
        media_type=_MEDIA_TYPES[file.path.suffix.lower()],
        modified_time=_time(status.st_mtime),
    )


def _records(
    file: _File, on_unreadable: Callable[[Unreadable], object]
) -> Iterator[SourceDocument]:
    try:
        with file.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    try:
                        yield _record(file, number, line)
                    except ValueError as error:
                        on_unreadable(Unreadable(f"{file.name}:{number}", str(error)))
    except OSError as error:
        on_unreadable(Unreadable(file.name, _reason(error)))


def _record(file: _File, number: int, line: bytes) -> SourceDocument:
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
        source=_unicode(f"{file.name}#{identity}"),
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


def _unicode(text: str) -> str:
    """Return `text` without the halves of characters that odd file names and JSON may hold."""
    return text.encode("utf-8", "replace").decode()


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be read").lower()
