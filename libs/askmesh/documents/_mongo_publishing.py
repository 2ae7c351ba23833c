"""Writing to MongoDB: stage passages, then make them visible by one atomic update.

The record of a document says which version of its passages is visible, and since which revision.
A write takes these steps; dying after any of them leaves a whole version visible:

1. stage: the record notes the new version's name, so that a later write can clean up;
2. insert the passages under that name, where nobody sees them;
3. read the counter of revisions, and put a lease on the record that says: "the revision that I
   am going to publish is greater than this floor";
4. take a revision from the counter;
5. publish, by one update that demands the lease, the staged version, and the old version as it
   was at step 3: it sets fields, version and revision, and moves the old version to the garbage;
6. delete the passages of the garbage.

A follower reads the counter, then the leases, and goes as far as the counter or the smallest
floor. The lease of a revision up to there was put before the counter was read. So it is either
still there and holds the follower back, or its document is published and will be seen. A lease
that a follower sees for LEASE_SECONDS belongs to a writer that died or hangs; the follower takes
it away, and an update that comes late does nothing. So clocks decide how long a follower waits,
and never what it sees.
"""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import cast

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from askmesh.documents._mongo_client import MongoCollections
from askmesh.documents._mongo_records import MongoRecord, document_key
from askmesh.documents._store import DocumentStoreUnavailableError

LEASE_SECONDS = 5.0
"""How long the lease of a writer that died holds followers back."""

ABANDONED_SECONDS = 3600.0
"""After how long a staged version was left behind by a writer that died."""

REVISION_COUNTER = {"_id": "revision"}

_PASSAGES_PER_INSERT = 500
_PUBLISHING_ATTEMPTS = 50


class MongoPublisher:
    """Writes versions of documents, one `publish` each."""

    def __init__(self, collections: MongoCollections, clock: Callable[[], float]) -> None:
        self._documents = collections.documents
        self._passages = collections.passages
        self._counters = collections.counters
        self._clock = clock

    async def publish(
        self, tenant: str, document_id: str, fields: MongoRecord, passages: Sequence[MongoRecord]
    ) -> int:
        """Make `fields` and `passages` the document's visible version; return the revision."""
        key = document_key(tenant, document_id)
        version = uuid.uuid4().bytes
        await self._stage(key, version)
        for start in range(0, len(passages), _PASSAGES_PER_INSERT):
            batch = passages[start : start + _PASSAGES_PER_INSERT]
            await self._passages.insert_many([{**record, "version": version} for record in batch])
        for _ in range(_PUBLISHING_ATTEMPTS):
            revision = await self._try_to_publish(key, version, fields)
            if revision is not None:
                return revision
        raise DocumentStoreUnavailableError("the document is being written by too many others")

    async def _stage(self, key: str, version: bytes) -> None:
        staged = {"version": version, "since": self._clock()}
        stage = {"$push": {"staged": staged}}
        try:
            await self._documents.update_one({"_id": key}, stage, upsert=True)
        except DuplicateKeyError:  # another writer has just created the record
            await self._documents.update_one({"_id": key}, stage, upsert=True)

    async def _try_to_publish(self, key: str, version: bytes, fields: MongoRecord) -> int | None:
        lease = uuid.uuid4().bytes
        old = await self._put_lease(key, version, lease)
        revision = await self._take_revision()
        garbage = self._garbage(old)
        published = await self._documents.update_one(
            {
                "_id": key,
                "staged.version": version,
                "leases.lease": lease,
                "version": old.get("version"),
            },
            {
                "$set": {**fields, "version": version, "revision": revision},
                "$pull": {
                    "staged": {"version": {"$in": [version, *garbage]}},
                    "leases": {"lease": lease},
                },
                "$addToSet": {"garbage": {"$each": garbage}},
            },
        )
        if published.matched_count == 0:
            await self._documents.update_one({"_id": key}, {"$pull": {"leases": {"lease": lease}}})
            return None
        await self._clean_up(key, garbage)
        return revision

    async def _put_lease(self, key: str, version: bytes, lease: bytes) -> MongoRecord:
        counter = await self._counters.find_one(REVISION_COUNTER)
        floor: int = counter["value"] if counter else 0
        record = await self._documents.find_one_and_update(
            {"_id": key, "staged.version": version},
            {"$push": {"leases": {"lease": lease, "floor": floor}}},
        )
        if record is None:
            raise DocumentStoreUnavailableError("the write took so long that it was given up")
        return record

    async def _take_revision(self) -> int:
        try:
            counter = await self._increment_counter()
        except DuplicateKeyError:  # another writer has just created the counter
            counter = await self._increment_counter()
        if "store_id" not in counter:  # the counter is older than the names of stores
            await self._counters.update_one(
                {**REVISION_COUNTER, "store_id": {"$exists": False}}, {"$set": _store_name()}
            )
        return int(counter["value"])

    async def _increment_counter(self) -> MongoRecord:
        counter = await self._counters.find_one_and_update(
            REVISION_COUNTER,
            {"$inc": {"value": 1}, "$setOnInsert": _store_name()},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return cast("MongoRecord", counter)

    def _garbage(self, record: MongoRecord) -> list[bytes]:
        abandoned_before = self._clock() - ABANDONED_SECONDS
        garbage: list[bytes] = [
            staged["version"]
            for staged in record.get("staged", [])
            if staged["since"] < abandoned_before
        ]
        left_over: list[bytes] = record.get("garbage", [])
        old: list[bytes] = [record["version"]] if "version" in record else []
        return [*garbage, *left_over, *old]

    async def _clean_up(self, key: str, garbage: list[bytes]) -> None:
        # The document is published: what fails here is left to the next write.
        with suppress(PyMongoError):
            if garbage:
                await self._passages.delete_many({"version": {"$in": garbage}})
                await self._documents.update_one(
                    {"_id": key}, {"$pull": {"garbage": {"$in": garbage}}}
                )


def _store_name() -> MongoRecord:
    return {"store_id": uuid.uuid4().hex}
