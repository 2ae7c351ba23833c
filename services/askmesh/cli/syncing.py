"""Bring what is stored of a folder in step with it."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from askmesh.cli.folders import SeenFile, SeenFolder, Stillness, objects_stored
from askmesh.cli.ingesting import NO_ROOM, IngestReport, ingest, reread, until_visible
from askmesh.cli.inheriting import lists_of
from askmesh.client import AccessList, Client, DocumentStatus, SourceDocument
from askmesh.errors import InvalidRequestError
from askmesh.folders import Bucket, Place, documents_in

_HANDFUL = 5
"""So many documents may always go."""


class FolderSync:
    """Ingests what is new or changed in a folder, and deletes what is no longer there.

    New documents are stored before old ones go, so that a moved file can always be found; it keeps
    its readers, and its old name while the tenant has no room for another one. A folder without
    any document is refused: it is more likely not mounted than emptied. So is one with which most
    of what is stored would go, unless `allow_deletions`: it is more likely another of its name.
    """

    def __init__(
        self,
        client: Client,
        place: Path | Bucket,
        *,
        name: str = "",
        allow_deletions: bool = False,
        access: AccessList | None = None,
    ) -> None:
        """`access` is who may read all of it from now on; without it, whoever may already."""
        self._client = client
        self._place = place
        self._name = name
        self._allow_deletions = allow_deletions
        self._access = access
        self._synced: Mapping[str, SeenFile] = {}
        self._stillness = Stillness()
        self._changing: frozenset[str] = frozenset()

    @property
    def is_settled(self) -> bool:
        """Whether no file was left alone because it was being written."""
        return not self._changing

    async def plan(self) -> IngestReport:
        """Return what `run` would do, and change nothing."""
        await self._count()
        planned = await self._looked_through(await self._stored_files())
        report = IngestReport()
        stored = await self._stored(planned)
        kept = {each.source for each in stored if planned.has_unchanged(each)}
        report.found.extend(sorted(planned.contents.keys() - kept))
        for document in await self._lost(planned):
            _count(report, planned, document)
        return _completed(report, planned)

    async def run(self, console: Console) -> IngestReport:
        """Do it. Files that are stored as they were synced last are not read again.

        Files that have changed since the last time are left alone until they look the same twice.
        """
        total = await self._count()
        self._changing = await asyncio.to_thread(self._stillness.changing, self._place, self._name)
        before = await self._stored_files()
        folder = SeenFolder(self._place, self._name, before, self._changing)
        stored = await self._stored(folder)
        lists = lists_of(stored)
        missing = sum(each.source not in self._stillness.names for each in stored)
        if not self._allow_deletions and _is_most(missing, stored):
            await self._looked_through(before)
        report = await ingest(
            self._client,
            lists.handed_on(folder.documents()),
            total,
            console,
            again=lambda: lists.handed_on(self._documents_again()),
            access=self._access,
        )
        if self._access is not None:  # of what is not read again, too
            change = await self._client.set_access(self._access, prefix=folder.prefix)
            report.revision = max(report.revision, change.revision)
        created = Counter(map(folder.contents.__getitem__, report.created & folder.contents.keys()))
        waiting = {
            folder.contents[source] for source in report.without_room & folder.contents.keys()
        }
        for document in await self._lost(folder):
            if document.content_sha256 in waiting:
                continue
            revision = await self._client.delete(document.document_id)
            report.revision = max(report.revision, revision)
            report.count_lost(document.content_sha256, created)
        await until_visible(self._client, report.revision)
        self._synced = folder.files
        return _completed(report, folder)

    def _documents_again(self) -> Iterable[SourceDocument]:
        return reread([self._place], self._name)

    async def _count(self) -> int:
        folder = SeenFolder(self._place)
        total = await asyncio.to_thread(folder.count)
        if not total:
            what = "has no documents" if folder.is_there else "is not there"
            raise InvalidRequestError(
                "FOLDER_EMPTY", f"{self._place} {what}: nothing is changed", field="path"
            )
        return total

    async def _looked_through(self, before: Mapping[str, SeenFile]) -> SeenFolder:
        """Return what is in the folder, unless what is stored of it would go with it."""
        folder = SeenFolder(self._place, self._name, before, self._changing)
        await asyncio.to_thread(lambda: deque(folder.documents(), maxlen=0))
        if not self._allow_deletions:
            await self._check_deletions(folder)
        return folder

    async def _check_deletions(self, folder: SeenFolder) -> None:
        """Refuse, before anything is changed, what would delete most of what is stored."""
        stored = await self._stored(folder)
        gone = [each for each in stored if folder.has_lost(each) and not folder.has_moved(each)]
        if _is_most(len(gone), stored):
            raise InvalidRequestError(
                "SYNC_DELETES_MOST",
                f"{len(gone)} of {len(stored)} stored documents would be deleted: nothing is "
                "changed. If that is meant, call again with --allow-deletions",
                field="path",
            )

    async def _stored(self, folder: SeenFolder, *, refused: bool = False) -> list[DocumentStatus]:
        documents = self._client.documents(prefix=folder.prefix, refused=refused)
        return [each async for each in documents]

    async def _lost(self, folder: SeenFolder) -> list[DocumentStatus]:
        stored = await self._stored(folder)
        stored += await self._stored(folder, refused=True)
        return [document for document in stored if folder.has_lost(document)]

    async def _stored_files(self) -> Mapping[str, SeenFile]:
        """Return the files that were synced, all of whose documents are stored or refused now.

        What was refused for want of room is read again.

        Of a bucket those are known, too, that another process has synced.
        """
        folder = SeenFolder(self._place, self._name)
        if not self._synced:
            return objects_stored(await self._stored(folder))
        stored = {each.source: each.content_sha256 for each in await self._stored(folder)}
        refused = {
            each.source
            for each in await self._stored(folder, refused=True)
            if each.refusal_reason != NO_ROOM
        }
        return {
            name: file
            for name, file in self._synced.items()
            if all(
                source in refused or stored.get(source) == content_hash
                for source, content_hash in file.contents.items()
            )
        }


def _is_most(count: int, stored: Sequence[DocumentStatus]) -> bool:
    return count > max(_HANDFUL, len(stored) // 2)


def planned_documents(paths: Iterable[Place], name: str = "") -> IngestReport:
    """Return what is in files and folders, without ingesting it."""
    report = IngestReport()
    documents = documents_in(
        paths,
        report.unreadable.append,
        lambda kind: report.passed_over.update([kind]),
        name=name,
    )
    report.found.extend(document.source for document in documents)
    return report


def _count(report: IngestReport, folder: SeenFolder, document: DocumentStatus) -> None:
    if folder.has_moved(document):
        report.moved_count += 1
    else:
        report.deleted_count += 1


def _completed(report: IngestReport, folder: SeenFolder) -> IngestReport:
    report.unreadable.extend(folder.unreadable)
    report.passed_over.update(folder.passed_over)
    return report
