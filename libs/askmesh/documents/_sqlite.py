"""Documents in one SQLite file, shared by the processes of one machine."""

import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from askmesh.documents._sqlite_rows import (
    count_of,
    document_of,
    embedded_passage_of,
    passage_of,
    passage_row,
)
from askmesh.documents._sqlite_schema import (
    COUNT_BY_ACCESS,
    LAST_CHANGE,
    LAST_CHANGES,
    LEASE,
    RELEASE,
    SELECT_CHANGED,
    SELECT_CHANGED_PASSAGES,
    SELECT_DOCUMENT,
    SELECT_DOCUMENTS,
    SELECT_REVISION_AND_STORE,
    select_passages,
)
from askmesh.documents._sqlite_session import SqliteSession, sqlite_session
from askmesh.documents._sqlite_writing import delete, newest_revision, put, set_access
from askmesh.documents._store import (
    AccessCount,
    ChangePage,
    CollectionCount,
    Document,
    DocumentStore,
    StoredDocument,
)
from askmesh.documents._validation import check_access, check_document, check_name, check_names
from askmesh.passages import AccessList, DocumentChange, EmbeddedPassage, Passage

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
            return await put(transaction, tenant, document, rows)

    async def set_access(
        self, tenant: str, document_ids: Sequence[str], access: AccessList
    ) -> dict[str, int]:
        check_access(tenant, document_ids, access)
        revisions: dict[str, int] = {}
        for start in range(0, len(document_ids), _IDS_PER_STATEMENT):
            ids = document_ids[start : start + _IDS_PER_STATEMENT]
            async with self._writing.transaction("IMMEDIATE") as transaction:
                revisions |= await set_access(transaction, tenant, ids, access)
        return revisions

    async def delete_document(self, tenant: str, document_id: str) -> int:
        check_names(tenant=tenant, document_id=document_id)
        async with self._writing.transaction("IMMEDIATE") as transaction:
            return await delete(transaction, tenant, document_id)

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

    async def last_change(self, tenant: str) -> int:
        check_name("tenant", tenant)
        async with self._reading.transaction("DEFERRED") as transaction:
            ((revision,),) = await transaction.rows(LAST_CHANGE, tenant)
        return int(revision)

    async def count(self, tenant: str) -> CollectionCount:
        check_name("tenant", tenant)
        async with self._reading.transaction("DEFERRED") as transaction:
            rows = await transaction.rows(COUNT_BY_ACCESS, tenant)
            revision = await newest_revision(transaction)
        return CollectionCount.of(map(count_of, rows), revision)

    async def count_by_access(self, tenant: str) -> list[AccessCount]:
        check_name("tenant", tenant)
        async with self._reading.transaction("DEFERRED") as transaction:
            rows = await transaction.rows(COUNT_BY_ACCESS, tenant)
        return list(map(count_of, rows))


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
