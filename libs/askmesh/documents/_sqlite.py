"""Documents in one SQLite file, shared by the processes of one machine."""

import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from askmesh.documents._sqlite_rows import (
    document_of,
    document_row,
    embedded_passage_of,
    passage_of,
    passage_row,
    tombstone_row,
)
from askmesh.documents._sqlite_schema import (
    COUNT,
    DELETE_PASSAGES,
    INSERT_DOCUMENT,
    INSERT_PASSAGE,
    LAST_CHANGES,
    LEASE,
    NEXT_REVISION,
    RELEASE,
    SELECT_CHANGED,
    SELECT_CHANGED_PASSAGES,
    SELECT_DOCUMENT,
    SELECT_DOCUMENTS,
    SELECT_REVISION,
    SELECT_REVISION_AND_STORE,
    select_passages,
)
from askmesh.documents._sqlite_session import SqliteSession, SqliteTransaction, sqlite_session
from askmesh.documents._store import (
    ChangePage,
    CollectionCount,
    Document,
    DocumentStore,
    StoredDocument,
)
from askmesh.documents._validation import check_document, check_name, check_names
from askmesh.passages import DocumentChange, EmbeddedPassage, Passage

_IDS_PER_STATEMENT = 500


class SqliteDocumentStore:
    """A DocumentStore on four sessions: writes, look-ups, followers and leases do not queue.

    Writers of all processes take turns, and a revision is taken inside the writing transaction:
    revisions become visible in their order, so a follower cannot miss one.
    """

    def __init__(
        self,
        *,
        writing: SqliteSession,
        reading: SqliteSession,
        following: SqliteSession,
        leasing: SqliteSession,
    ) -> None:
        self._writing = writing
        self._reading = reading
        self._following = following
        self._leasing = leasing

    async def put_document(
        self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]
    ) -> int:
        check_document(tenant, document, passages)
        rows = [passage_row(tenant, embedded) for embedded in passages]
        async with self._writing.transaction("IMMEDIATE") as transaction:
            revision = await _next_revision(transaction)
            await transaction.rows(DELETE_PASSAGES, tenant, document.document_id)
            row = document_row(tenant, document, revision, len(rows))
            await transaction.rows(INSERT_DOCUMENT, *row)
            await transaction.insert(INSERT_PASSAGE, [(revision, *row) for row in rows])
        return revision

    async def delete_document(self, tenant: str, document_id: str) -> int:
        check_names(tenant=tenant, document_id=document_id)
        async with self._writing.transaction("IMMEDIATE") as transaction:
            if not await transaction.rows(SELECT_DOCUMENT, tenant, document_id):
                return await _newest_revision(transaction)
            revision = await _next_revision(transaction)
            await transaction.rows(DELETE_PASSAGES, tenant, document_id)
            row = tombstone_row(tenant, document_id, revision)
            await transaction.rows(INSERT_DOCUMENT, *row)
        return revision

    async def get_document(self, tenant: str, document_id: str) -> StoredDocument | None:
        check_names(tenant=tenant, document_id=document_id)
        async with self._reading.transaction("DEFERRED") as transaction:
            rows = await transaction.rows(SELECT_DOCUMENT, tenant, document_id)
        return document_of(rows[0]) if rows else None

    async def list_documents(self, tenant: str, *, after: str, limit: int) -> list[StoredDocument]:
        check_names(tenant=tenant, document_id=after)
        async with self._reading.transaction("DEFERRED") as transaction:
            rows = await transaction.rows(SELECT_DOCUMENTS, tenant, after, limit)
        return [document_of(row) for row in rows]

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        check_name("tenant", tenant)
        for passage_id in passage_ids:
            check_name("passage_id", passage_id)
        found: dict[str, Passage] = {}
        async with self._reading.transaction("DEFERRED") as transaction:
            for start in range(0, len(passage_ids), _IDS_PER_STATEMENT):
                ids = passage_ids[start : start + _IDS_PER_STATEMENT]
                rows = await transaction.rows(select_passages(len(ids)), tenant, *ids)
                found.update((passage.passage_id, passage) for passage in map(passage_of, rows))
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        async with self._following.transaction("DEFERRED") as transaction:
            changed = await transaction.rows(SELECT_CHANGED, revision, limit)
            end: int = changed[-1][2] if changed else revision
            rows = await transaction.rows(SELECT_CHANGED_PASSAGES, revision, end)
            ((newest, store_id),) = await transaction.rows(SELECT_REVISION_AND_STORE)
        passages: defaultdict[int, list[EmbeddedPassage]] = defaultdict(list)
        for row in rows:
            embedded = embedded_passage_of(row)
            passages[embedded.passage.revision].append(embedded)
        changes = (
            DocumentChange(tenant, document_id, at, tuple(passages[at]))
            for tenant, document_id, at in changed
        )
        return ChangePage(tuple(changes), end, newest, store_id)

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        check_names(tenant=tenant, document_id=document_id)
        now = time.time()
        values = (tenant, document_id, owner, now + seconds, now)
        async with self._leasing.transaction("IMMEDIATE") as transaction:
            return bool(await transaction.rows(LEASE, *values))

    async def release(self, tenant: str, document_id: str, owner: str) -> None:
        async with self._leasing.transaction("IMMEDIATE") as transaction:
            await transaction.rows(RELEASE, tenant, document_id, owner)

    async def last_changes(self) -> dict[str, int]:
        async with self._reading.transaction("DEFERRED") as transaction:
            rows = await transaction.rows(LAST_CHANGES)
            return {str(tenant): int(revision) for tenant, revision in rows}

    async def count(self, tenant: str) -> CollectionCount:
        check_name("tenant", tenant)
        async with self._reading.transaction("DEFERRED") as transaction:
            ((documents, passages),) = await transaction.rows(COUNT, tenant)
            return CollectionCount(documents, passages, await _newest_revision(transaction))


@asynccontextmanager
async def sqlite_documents(path: Path) -> AsyncGenerator[DocumentStore]:
    """Yield a store that keeps everything in the file at `path`, which is created if needed.

    Any number of processes of one machine may open the same file. What a write has returned
    survives the death of the process and of the machine.
    """
    async with (
        sqlite_session(path) as writing,
        sqlite_session(path) as reading,
        sqlite_session(path) as following,
        sqlite_session(path, is_durable=False) as leasing,
    ):
        yield SqliteDocumentStore(
            writing=writing, reading=reading, following=following, leasing=leasing
        )


async def _next_revision(transaction: SqliteTransaction) -> int:
    await transaction.rows(NEXT_REVISION)
    return await _newest_revision(transaction)


async def _newest_revision(transaction: SqliteTransaction) -> int:
    ((revision,),) = await transaction.rows(SELECT_REVISION)
    return int(revision)
