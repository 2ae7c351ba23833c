"""Documents in memory, for tests and for trying things out."""

import dataclasses
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC

from askmesh.documents._store import (
    AccessCount,
    ChangePage,
    CollectionCount,
    Document,
    DocumentStore,
    StoredDocument,
)
from askmesh.documents._validation import (
    as_float32,
    check_access,
    check_document,
    check_name,
    check_names,
)
from askmesh.passages import EVERYONE, AccessList, DocumentChange, EmbeddedPassage, Passage


class MemoryDocumentStore:
    """Documents of one process; nothing outlives it. A DocumentStore for one event loop.

    No method awaits between reading and writing, so each of them is atomic.
    """

    def __init__(self) -> None:
        self._store_id = uuid.uuid4().hex
        self._revision = 0
        self._documents: dict[tuple[str, str], StoredDocument] = {}
        # In the order of their revisions: a changed document goes to the end.
        self._changes: dict[tuple[str, str], DocumentChange] = {}
        self._passages: defaultdict[tuple[str, str], dict[str, Passage]] = defaultdict(dict)
        self._leases: dict[tuple[str, str], tuple[str, float]] = {}

    async def put_document(
        self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]
    ) -> int:
        check_document(tenant, document, passages)
        vectors = [as_float32(embedded.embedding) for embedded in passages]
        old = self._documents.get((tenant, document.document_id))
        owned = _own_document(document, old)
        given = zip((embedded.passage for embedded in passages), vectors, strict=True)
        return self._put(tenant, owned, [EmbeddedPassage(*pair) for pair in given])

    async def set_access(
        self, tenant: str, document_ids: Sequence[str], access: AccessList
    ) -> dict[str, int]:
        check_access(tenant, document_ids, access)
        revisions: dict[str, int] = {}
        for document_id in document_ids:
            stored = self._documents.get((tenant, document_id))
            if stored is not None and stored.document.access != access:
                passages = self._changes[tenant, document_id].passages
                changed = dataclasses.replace(stored.document, access=access)
                revisions[document_id] = self._put(tenant, changed, passages)
        return revisions

    async def delete_document(self, tenant: str, document_id: str) -> int:
        check_names(tenant=tenant, document_id=document_id)
        key = (tenant, document_id)
        if key not in self._documents:
            return self._revision
        revision = self._forget(tenant, document_id)
        self._changes[key] = DocumentChange(*key, revision, ())
        return revision

    async def get_document(self, tenant: str, document_id: str) -> StoredDocument | None:
        check_names(tenant=tenant, document_id=document_id)
        return self._documents.get((tenant, document_id))

    async def list_documents(self, tenant: str, *, after: str, limit: int) -> list[StoredDocument]:
        check_names(tenant=tenant, document_id=after)
        names = sorted(name for owner, name in self._documents if owner == tenant and name > after)
        return [self._documents[tenant, name] for name in names[:limit]]

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        check_name("tenant", tenant)
        for passage_id in passage_ids:
            check_name("passage_id", passage_id)
        found = [self._passages.get((tenant, passage_id)) for passage_id in passage_ids]
        return [max(owners.values(), key=lambda p: p.revision) for owners in found if owners]

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        newest: list[DocumentChange] = []
        for change in reversed(self._changes.values()):
            if change.revision <= revision:
                break
            newest.append(change)
        page = tuple(newest[::-1][:limit])
        end = page[-1].revision if page else max(revision, self._revision)
        return ChangePage(page, end, self._revision, self._store_id)

    async def last_changes(self) -> dict[str, int]:
        return {change.tenant: change.revision for change in self._changes.values()}

    async def last_change(self, tenant: str) -> int:
        check_name("tenant", tenant)
        newest_first = reversed(self._changes.values())
        return next((each.revision for each in newest_first if each.tenant == tenant), 0)

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        check_names(tenant=tenant, document_id=document_id)
        now = time.monotonic()
        other, ends = self._leases.get((tenant, document_id), (owner, now))
        if other != owner and ends > now:
            return False
        self._leases[tenant, document_id] = owner, now + seconds
        return True

    async def release(self, tenant: str, document_id: str, owner: str) -> None:
        if self._leases.get((tenant, document_id), ("", 0.0))[0] == owner:
            del self._leases[tenant, document_id]

    async def count(self, tenant: str) -> CollectionCount:
        return CollectionCount.of(await self.count_by_access(tenant), self._revision)

    async def count_by_access(self, tenant: str) -> list[AccessCount]:
        check_name("tenant", tenant)
        counts: defaultdict[AccessList, list[int]] = defaultdict(list)
        for (owner, _), stored in self._documents.items():
            if owner == tenant:
                counts[stored.document.access or EVERYONE].append(stored.passage_count)
        return [AccessCount(access, len(each), sum(each)) for access, each in counts.items()]

    def _put(self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]) -> int:
        key = (tenant, document.document_id)
        revision = self._forget(*key)
        self._documents[key] = StoredDocument(document, revision, len(passages))
        access = document.access or EVERYONE
        stored = [
            EmbeddedPassage(_own_passage(embedded.passage, revision, access), embedded.embedding)
            for embedded in passages
        ]
        for embedded in stored:
            owners = self._passages[tenant, embedded.passage.passage_id]
            owners[document.document_id] = embedded.passage
        stored.sort(key=lambda embedded: embedded.passage.position)
        self._changes[key] = DocumentChange(*key, revision, tuple(stored))
        return revision

    def _forget(self, tenant: str, document_id: str) -> int:
        key = (tenant, document_id)
        self._documents.pop(key, None)
        old = self._changes.pop(key, None)
        for embedded in old.passages if old else ():
            owners = self._passages[tenant, embedded.passage.passage_id]
            del owners[document_id]
            if not owners:
                del self._passages[tenant, embedded.passage.passage_id]
        self._revision += 1
        return self._revision


@asynccontextmanager
async def memory_documents() -> AsyncGenerator[DocumentStore]:
    """Yield an empty store in memory."""
    yield MemoryDocumentStore()


def _own_document(document: Document, old: StoredDocument | None) -> Document:
    kept = EVERYONE if old is None else old.document.access
    return dataclasses.replace(
        document,
        modified_time=document.modified_time and document.modified_time.astimezone(UTC),
        attributes=dict(document.attributes),
        access=kept if document.access is None else document.access,
    )


def _own_passage(passage: Passage, revision: int, access: AccessList) -> Passage:
    return dataclasses.replace(
        passage,
        headings=tuple(passage.headings),
        revision=revision,
        modified_time=passage.modified_time and passage.modified_time.astimezone(UTC),
        attributes=dict(passage.attributes),
        access=access,
    )
