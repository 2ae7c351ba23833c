"""Bring what is stored of a folder in step with it."""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from askmesh.cli.ingesting import IngestReport, ingest, until_visible
from askmesh.client import (
    Client,
    DocumentStatus,
    SourceDocument,
    Unreadable,
    count_documents,
    documents_in,
    source_of_folder,
)
from askmesh.errors import InvalidRequestError

_HANDFUL = 5
"""So many documents may always go."""


@dataclass(slots=True)
class _Folder:
    """What was seen in a folder while its documents were read."""

    path: Path
    contents: dict[str, str] = field(default_factory=dict[str, str])  # SHA-256 by source
    hashes: set[str] = field(default_factory=set[str])
    unreadable: list[Unreadable] = field(default_factory=list[Unreadable])
    passed_over: Counter[str] = field(default_factory=Counter[str])

    def count(self) -> int:
        """Return how many documents there are, 0 if it is no folder."""
        return count_documents([self.path]) if self.path.is_dir() else 0

    def documents(self) -> Iterator[SourceDocument]:
        for document in documents_in([self.path], self.unreadable.append, self._pass_over):
            content_hash = hashlib.sha256(document.content).hexdigest()
            self.contents[document.source] = content_hash
            self.hashes.add(content_hash)
            yield document

    def has_lost(self, document: DocumentStatus) -> bool:
        """Tell whether a document is gone; what cannot be read now is not."""
        if document.source in self.contents:
            return False
        return not any(_is_within(document.source, each.name) for each in self.unreadable)

    def has_moved(self, document: DocumentStatus) -> bool:
        """Tell whether the content of a document stands in the folder under another name."""
        return document.content_sha256 in self.hashes

    def has_unchanged(self, document: DocumentStatus) -> bool:
        """Tell whether a document stands in the folder as it is stored."""
        return self.contents.get(document.source) == document.content_sha256

    def _pass_over(self, kind: str) -> None:
        self.passed_over[kind] += 1


async def sync_folder(
    client: Client,
    path: Path,
    console: Console,
    *,
    dry_run: bool,
    allow_deletions: bool = False,
) -> IngestReport:
    """Ingest the documents of a folder and delete those that are no longer in it.

    New ones are stored before old ones go, so that a moved file can always be found. A folder
    without any document is refused: it is more likely not mounted than emptied. So is one with
    which most of what is stored would go, unless `allow_deletions`: it is more likely another
    folder of the same name.
    """
    planned = _Folder(path)
    total = await asyncio.to_thread(planned.count)
    if not total:
        raise InvalidRequestError(
            "FOLDER_EMPTY", f"{path} has no documents: nothing is changed", field="path"
        )
    if dry_run or not allow_deletions:
        await asyncio.to_thread(lambda: deque(planned.documents(), maxlen=0))
    if not allow_deletions:
        await _check_deletions(client, planned)
    if dry_run:
        return await _planned(client, planned)
    folder = _Folder(path)
    report = await ingest(client, folder.documents(), total, console)
    for document in await _lost(client, folder):
        report.revision = max(report.revision, await client.delete(document.document_id))
        _count(report, folder, document)
    await until_visible(client, report.revision)
    return _completed(report, folder)


async def _planned(client: Client, folder: _Folder) -> IngestReport:
    """Return what would become of the documents of a folder that has been looked through."""
    report = IngestReport()
    prefix = source_of_folder(folder.path)
    stored = [each async for each in client.documents(prefix=prefix)]
    kept = {each.source for each in stored if folder.has_unchanged(each)}
    report.found.extend(sorted(folder.contents.keys() - kept))
    for document in await _lost(client, folder):
        _count(report, folder, document)
    return _completed(report, folder)


async def _lost(client: Client, folder: _Folder) -> list[DocumentStatus]:
    prefix = source_of_folder(folder.path)
    lost: list[DocumentStatus] = []
    for refused in (False, True):
        lost += [
            document
            async for document in client.documents(prefix=prefix, refused=refused)
            if folder.has_lost(document)
        ]
    return lost


async def _check_deletions(client: Client, folder: _Folder) -> None:
    """Refuse, before anything is changed, what would delete most of what is stored."""
    stored = [each async for each in client.documents(prefix=source_of_folder(folder.path))]
    gone = [each for each in stored if folder.has_lost(each) and not folder.has_moved(each)]
    if len(gone) > max(_HANDFUL, len(stored) // 2):
        raise InvalidRequestError(
            "SYNC_DELETES_MOST",
            f"{len(gone)} of {len(stored)} stored documents would be deleted: nothing is changed. "
            "If that is meant, call again with --allow-deletions",
            field="path",
        )


def _count(report: IngestReport, folder: _Folder, document: DocumentStatus) -> None:
    if folder.has_moved(document):
        report.moved_count += 1
    else:
        report.deleted_count += 1


def _completed(report: IngestReport, folder: _Folder) -> IngestReport:
    report.unreadable.extend(folder.unreadable)
    report.passed_over.update(folder.passed_over)
    return report


def _is_within(source: str, name: str) -> bool:
    return source == name or source.startswith((f"{name}/", f"{name}#"))


def planned_documents(paths: Iterable[Path]) -> IngestReport:
    """Return what is in files and folders, without ingesting it."""
    report = IngestReport()
    documents = documents_in(
        paths, report.unreadable.append, lambda kind: report.passed_over.update([kind])
    )
    report.found.extend(document.source for document in documents)
    return report
