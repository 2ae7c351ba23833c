"""Documents in MongoDB, shared by all processes."""

import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager

from pymongo.errors import DuplicateKeyError
from pymongo.monitoring import CommandListener

from askmesh.documents._mongo_client import MongoCollections, mongo_collections
from askmesh.documents._mongo_counting import MongoCounts
from askmesh.documents._mongo_following import MongoFollower
from askmesh.documents._mongo_publishing import MongoPublisher
from askmesh.documents._mongo_records import (
    MongoRecord,
    access_fields,
    document_fields,
    document_key,
    document_of,
    passage_of,
    passage_record,
    tombstone_fields,
)
from askmesh.documents._store import (
    AccessCount,
    ChangePage,
    CollectionCount,
    Document,
    DocumentStore,
    StoredDocument,
)
from askmesh.documents._validation import check_access, check_document, check_name, check_names
from askmesh.passages import AccessList, EmbeddedPassage, Passage
from askmesh.resilience import OnWait

_READING_ATTEMPTS = 3


class MongoDocumentStore:
    """A DocumentStore on one pool of connections. Passages may be of any total size."""

    def __init__(self, collections: MongoCollections, clock: Callable[[], float]) -> None:
        self._collections = collections
        self._clock = clock
        self._publisher = MongoPublisher(collections, clock)
        self._counts = MongoCounts(collections)
        self._follower = MongoFollower(collections, clock)

    async def put_document(
        self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]
    ) -> int:
        check_document(tenant, document, passages)
        fields = document_fields(tenant, document, len(passages))
        records = [passage_record(tenant, embedded) for embedded in passages]
        async with self._collections.turn():
            await self._collections.ensure_indexes()
            return await self._publisher.publish(tenant, document.document_id, fields, records)

    async def set_access(
        self, tenant: str, document_ids: Sequence[str], access: AccessList
    ) -> dict[str, int]:
        check_access(tenant, document_ids, access)
        revisions: dict[str, int] = {}
        for document_id in document_ids:
            key = document_key(tenant, document_id)
            async with self._collections.turn():
                revision = await self._publisher.amend(key, access_fields(access))
            if revision is not None:
                revisions[document_id] = revision
        return revisions

    async def delete_document(self, tenant: str, document_id: str) -> int:
        if await self.get_document(tenant, document_id) is None:
            return await self._counts.newest_revision()
        async with self._collections.turn():
            fields = tombstone_fields(tenant, document_id)
            return await self._publisher.publish(tenant, document_id, fields, [])

    async def get_document(self, tenant: str, document_id: str) -> StoredDocument | None:
        check_names(tenant=tenant, document_id=document_id)
        key = document_key(tenant, document_id)
        async with self._collections.turn():
            record = await self._collections.documents.find_one({"_id": key, "deleted": False})
        return document_of(record) if record else None

    async def list_documents(self, tenant: str, *, after: str, limit: int) -> list[StoredDocument]:
        check_names(tenant=tenant, document_id=after)
        visible = {"tenant": tenant, "document_id": {"$gt": after}, "deleted": False}
        async with self._collections.turn():
            cursor = self._collections.documents.find(visible, sort=[("document_id", 1)])
            records = await cursor.limit(limit).to_list()
        return [document_of(record) for record in records]

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        check_name("tenant", tenant)
        for passage_id in passage_ids:
            check_name("passage_id", passage_id)
        found: dict[str, Passage] = {}
        for _ in range(_READING_ATTEMPTS if passage_ids else 0):
            versions = await self._versions(tenant, passage_ids)
            found = {
                key: visible for key, record in versions.items() if (visible := _newest(record))
            }
            if len(found) == len(versions):
                break  # else a version was replaced while it was read: its successor is there now
        return [found[passage_id] for passage_id in passage_ids if passage_id in found]

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        async with self._collections.turn():
            return await self._follower.changes_after(revision, limit)

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        check_names(tenant=tenant, document_id=document_id)
        now = self._clock()
        free = {
            "_id": document_key(tenant, document_id),
            "$or": [{"owner": owner}, {"ends": {"$lt": now}}],
        }
        taken = {"$set": {"owner": owner, "ends": now + seconds}}
        async with self._collections.turn():
            try:
                await self._collections.leases.update_one(free, taken, upsert=True)
            except DuplicateKeyError:  # another one has it
                return False
        return True

    async def release(self, tenant: str, document_id: str, owner: str) -> None:
        key = document_key(tenant, document_id)
        async with self._collections.turn():
            await self._collections.leases.delete_one({"_id": key, "owner": owner})

    async def last_changes(self) -> dict[str, int]:
        return await self._counts.last_changes()

    async def last_change(self, tenant: str) -> int:
        check_name("tenant", tenant)
        return await self._counts.last_change(tenant)

    async def count(self, tenant: str) -> CollectionCount:
        counts = await self.count_by_access(tenant)
        return CollectionCount.of(counts, await self._counts.newest_revision())

    async def count_by_access(self, tenant: str) -> list[AccessCount]:
        check_name("tenant", tenant)
        return await self._counts.by_access(tenant)

    async def _versions(
        self, tenant: str, passage_ids: Sequence[str]
    ) -> defaultdict[str, list[MongoRecord]]:
        async with self._collections.turn():
            cursor = await self._collections.passages.aggregate(
                [
                    {"$match": {"tenant": tenant, "passage_id": {"$in": list(set(passage_ids))}}},
                    {"$project": {"embedding": 0}},
                    {
                        "$lookup": {
                            "from": self._collections.documents.name,
                            "localField": "version",
                            "foreignField": "version",
                            "as": "published",
                        }
                    },
                ],
                batchSize=4 * len(passage_ids),  # so that all come with the first answer
            )
            versions: defaultdict[str, list[MongoRecord]] = defaultdict(list)
            async for record in cursor:
                versions[record["passage_id"]].append(record)
        return versions


@asynccontextmanager
async def mongo_documents(
    address: str,
    *,
    clock: Callable[[], float] = time.time,
    listeners: Sequence[CommandListener] = (),
    on_wait: OnWait = lambda _: None,
) -> AsyncGenerator[DocumentStore]:
    """Yield a store in the database that `address` names: "mongodb://host/database".

    The database is "askmesh" if it names none. It connects when it is first used, so a MongoDB
    that is down holds nothing up; once it is back, the next call finds it.
    """
    async with mongo_collections(address, listeners, on_wait) as collections:
        yield MongoDocumentStore(collections, clock)


def _newest(versions: Sequence[MongoRecord]) -> Passage | None:
    visible = [
        passage_of(record, record["published"][0]) for record in versions if record["published"]
    ]
    return max(visible, key=lambda passage: passage.revision, default=None)
