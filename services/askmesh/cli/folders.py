"""What stands in a folder of documents, as it is read."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from askmesh.client import DocumentStatus, SourceDocument
from askmesh.folders import (
    REVISION,
    Bucket,
    File,
    Place,
    Signature,
    Unreadable,
    count_documents,
    documents_in,
    files,
    source_of_folder,
)

MOST_LOOKS = 60
"""A file that never stops changing is taken as it is after so many looks."""


class Stillness:
    """Tells which files are still being written: those that the look before saw otherwise.

    A file that only has another name than before is not written. At the first look none is.
    """

    def __init__(self) -> None:
        self._before: Mapping[str, Signature] = {}
        self._looks: Counter[str] = Counter()

    @property
    def names(self) -> AbstractSet[str]:
        """The files of the last look."""
        return self._before.keys()

    def changing(self, place: Place, name: str = "") -> frozenset[str]:
        """Look at a folder, and return the names of the files that are being written."""
        now = {
            file.name: _signature(file)
            for file in files([place], lambda _: None, lambda _: None, name)
        }
        known = set(self._before.values() if self._before else now.values())
        changing = [each for each, signature in now.items() if signature not in known]
        self._before = now
        self._looks = Counter({each: self._looks[each] + 1 for each in changing})
        return frozenset(each for each, looks in self._looks.items() if looks < MOST_LOOKS)


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was read: how to tell that it has changed, and its documents by source."""

    name: str
    signature: Signature
    contents: dict[str, str]  # SHA-256


@dataclass(slots=True)
class SeenFolder:
    """What is seen in a folder while its documents are read.

    Files that look as `before` are not read again: their documents are known. Those that are
    `changing` are left alone.
    """

    place: Path | Bucket
    name: str = ""
    before: Mapping[str, SeenFile] = field(default_factory=dict[str, SeenFile])
    changing: frozenset[str] = frozenset()
    files: dict[str, SeenFile] = field(default_factory=dict[str, SeenFile])
    contents: dict[str, str] = field(default_factory=dict[str, str])
    hashes: set[str] = field(default_factory=set[str])
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    passed_over: Counter[str] = field(default_factory=Counter[str])
    _reading: SeenFile = field(default_factory=lambda: SeenFile("", (), {}), init=False)

    @property
    def prefix(self) -> str:
        """What the names of all its documents begin with."""
        return source_of_folder(self.place, self.name)

    def count(self) -> int:
        """Return how many documents there are, 0 if it is no folder."""
        return count_documents([self.place]) if self.is_there else 0

    @property
    def is_there(self) -> bool:
        """Whether it is a folder or a bucket."""
        return isinstance(self.place, Bucket) or self.place.is_dir()

    def documents(self) -> Iterator[SourceDocument]:
        """Yield the documents of all files but those that look as before."""
        for document in documents_in(
            [self.place],
            self._note_unreadable,
            lambda kind: self.passed_over.update([kind]),
            name=self.name,
            is_wanted=self._is_wanted,
        ):
            content_hash = hashlib.sha256(document.content).hexdigest()
            self._reading.contents[document.source] = content_hash
            self.contents[document.source] = content_hash
            self.hashes.add(content_hash)
            yield document

    def has_lost(self, document: DocumentStatus) -> bool:
        """Tell whether a document is gone; what cannot be read now is not."""
        if document.source in self.contents:
            return False
        left = (*self.changing, *(each.name for each in self.unreadable))
        return not any(is_within(document.source, name) for name in left)

    def has_moved(self, document: DocumentStatus) -> bool:
        """Tell whether the content of a document stands in the folder under another name."""
        return document.content_sha256 in self.hashes

    def has_unchanged(self, document: DocumentStatus) -> bool:
        """Tell whether a document stands in the folder as it is stored."""
        return self.contents.get(document.source) == document.content_sha256

    def _is_wanted(self, file: File) -> bool:
        if file.name in self.changing:
            return False
        before = self.before.get(file.name)
        self._reading = SeenFile(file.name, _signature(file), {})
        if before is None or before.signature != self._reading.signature:
            self.files[file.name] = self._reading
            return True
        self.files[file.name] = before
        self.contents |= before.contents
        self.hashes.update(before.contents.values())
        return False

    def _note_unreadable(self, entry: Unreadable) -> None:
        self.unreadable.append(entry)
        if is_within(entry.name, self._reading.name):
            self.files.pop(self._reading.name, None)  # to be tried again


def is_within(source: str, name: str) -> bool:
    """Tell whether a source is that of a file, of a part of it, or of a file below a folder."""
    return source == name or source.startswith((f"{name}/", f"{name}#", f"{name}:"))


def objects_stored(documents: Iterable[DocumentStatus]) -> dict[str, SeenFile]:
    """Return the objects of a bucket that documents were made of, one of each.

    Those of outdated documents are left out: they are to be read again.
    """
    return {
        each.source: SeenFile(
            each.source, (each.attributes[REVISION],), {each.source: each.content_sha256}
        )
        for each in documents
        if REVISION in each.attributes and not each.outdated
    }


def _signature(file: File) -> Signature:
    try:
        return file.status().signature
    except OSError:
        return ()
