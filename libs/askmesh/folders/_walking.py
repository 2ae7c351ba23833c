"""Which files of folders give documents."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from askmesh.folders._buckets import Bucket
from askmesh.folders._files import DiskFile, File
from askmesh.folders._mailboxes import is_mailbox
from askmesh.uploads import media_type_of_ending

_RECORD_ENDINGS = frozenset({".jsonl", ".ndjson"})
_CORPUS = "corpus.jsonl"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a line of a file, that gives no document, and why."""

    name: str
    reason: str


Place = str | os.PathLike[str] | Bucket
"""A file, a folder, or a bucket."""


def source_of_folder(folder: Place, name: str = "") -> str:
    """Return what the sources of a folder's documents begin with: its name, or `name`."""
    if name:
        return f"{name}/"
    if isinstance(folder, Bucket):
        return in_unicode(f"{folder.name}/")
    # Links keep their own names.
    return in_unicode(f"{Path(os.path.normpath(Path(folder).absolute())).name}/")


def files(
    places: Iterable[Place],
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object],
    name: str = "",
) -> Iterator[File]:
    """Yield the files that give documents, in order; tell of the others.

    Raises `AskmeshError` where a bucket cannot be listed.
    """
    for place in places:
        if isinstance(place, Bucket):
            yield from _files_of_bucket(place, on_passed_over, name)
            continue
        path = Path(place)
        if path.is_dir():
            yield from _files_of_folder(path, on_unreadable, on_passed_over, name)
        elif not path.exists():
            on_unreadable(Unreadable(str(path), "there is no such file or folder"))
        elif not _gives_documents(path.suffix):
            on_unreadable(Unreadable(str(path), "its ending is of no known form"))
        else:
            yield DiskFile(path, in_unicode(source_of_folder(path.parent, name) + path.name))


def _files_of_folder(
    folder: Path,
    on_unreadable: Callable[[Unreadable], object],
    on_passed_over: Callable[[str], object],
    own_name: str,
) -> Iterator[File]:
    def name_of(path: str | os.PathLike[str]) -> str:
        below = Path(path).relative_to(folder).as_posix()
        return in_unicode(source_of_folder(folder, own_name) + below)

    def report(error: OSError) -> None:
        on_unreadable(Unreadable(name_of(error.filename), reason_of(error)))

    for parent, folders, names in os.walk(folder, onerror=report):
        for name in sorted(folders):
            if Path(parent, name).is_symlink():
                on_passed_over("linked folder")
            elif name.startswith("."):
                on_passed_over("hidden folder")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in _document_names(names, on_passed_over):
            yield DiskFile(Path(parent, name), name_of(Path(parent, name)))


def _files_of_bucket(
    bucket: Bucket, on_passed_over: Callable[[str], object], own_name: str
) -> Iterator[File]:
    found = {file.name: file for file in bucket.files()}
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for name in found:
        folder, _, own = name.rpartition("/")
        if any(part.startswith(".") for part in folder.split("/")):
            on_passed_over("hidden folder")
        elif own:
            folders[folder].append(own)
    prefix = source_of_folder(bucket, own_name)
    for folder, names in sorted(folders.items()):
        for own in _document_names(names, on_passed_over):
            name = f"{folder}/{own}".lstrip("/")
            yield replace(found[name], name=in_unicode(prefix + name))


def _document_names(names: list[str], on_passed_over: Callable[[str], object]) -> Iterator[str]:
    for name in sorted(names):
        ending = Path(name).suffix
        if name.startswith("."):
            on_passed_over("hidden file")
        elif _CORPUS in names and is_record(ending) and name != _CORPUS:
            on_passed_over(ending.lower())
        elif _gives_documents(ending):
            yield name
        else:
            on_passed_over(ending.lower() or "file without an ending")


def _gives_documents(ending: str) -> bool:
    return is_record(ending) or is_mailbox(ending) or media_type_of_ending(ending) is not None


def is_record(ending: str) -> bool:
    """Tell whether files of this ending hold a document a line."""
    return ending.lower() in _RECORD_ENDINGS


def in_unicode(text: str) -> str:
    """Return `text` without the halves of characters that odd file names and JSON may hold."""
    return text.encode("utf-8", "replace").decode()


def reason_of(error: OSError) -> str:
    """Return in words why a file cannot be read."""
    return (error.strerror or "it cannot be read").lower()
