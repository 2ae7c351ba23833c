"""Writing to MongoDB: stage passages, then make them visible by one atomic update.

The record of a document says which version of its passages is visible, and since which revision.
A write takes these steps; dying after any of them leaves a whole version visible:

1. stage: the record notes the new version's name, so that a later write can clean up;
2. insert the passages under that name, where nobody sees them;
3. read the counter of revisions, and put a lease on the record that says: "the revision that I
   am going to publish is greater than this floor";
4. take a revision from the counter;
5. publish, by one update that demands the lease, the staged version, and the old version and
   revision as they were at step 3: it sets fields, version and revision, and moves the old version
   to the garbage;
6. delete the passages of the garbage.

What amends a document and leaves its passages takes steps 3 to 5 without a version of its own.

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

    async def amend(self, key: str, fields: MongoRecord) -> int | None:
        """Set fields of a visible document, whose passages stay; return the revision.

        None if the document is not there, or has these values already.
        """
        differs = {"$or": [{name: _other_than(value)} for name, value in fields.items()]}
        for _ in range(_PUBLISHING_ATTEMPTS):
            lease = uuid.uuid4().bytes
            old = await self._put_lease({"_id": key, "deleted": False, **differs}, lease)
            if old is None:
                return None
            revision = await self._take_revision()
            if await self._publish(old, lease, {**fields, "revision": revision}):
                return revision
        raise DocumentStoreUnavailableError("the document is being written by too many others")

    async def _try_to_publish(self, key: str, version: bytes, fields: MongoRecord) -> int | None:
        lease = uuid.uuid4().bytes
        old = await self._put_lease({"_id": key, "staged.version": version}, lease)
        if old is None:
            raise DocumentStoreUnavailableError("the write took so long that it was given up")
        revision = await self._take_revision()
        garbage = self._garbage(old)
        change = {**fields, "version": version, "revision": revision}
        if not await self._publish(old, lease, change, garbage=garbage):
            return None
        await self._clean_up(key, garbage)
        return revision

    async def _publish(
        self, old: MongoRecord, lease: bytes, change: MongoRecord, *, garbage: Sequence[bytes] = ()
    ) -> bool:
        """Change a record that is as it was when the lease was put; else end the lease."""
        unchanged = {name: old.get(name) for name in ("_id", "version", "revision")}
        staged = {"staged.version": change["version"]} if "version" in change else {}
        pulled: MongoRecord = {"leases": {"lease": lease}}
        if staged:
            pulled["staged"] = {"version": {"$in": [change["version"], *garbage]}}
        published = await self._documents.update_one(
            {**unchanged, "leases.lease": lease, **staged},
            {
                "$set": change,
                "$pull": pulled,
                "$addToSet": {"garbage": {"$each": list(garbage)}},
            },
        )
        if published.matched_count == 0:
            ended = {"$pull": {"leases": {"lease": lease}}}
            await self._documents.update_one({"_id": old["_id"]}, ended)
        return published.matched_count > 0

    async def _put_lease(self, condition: MongoRecord, lease: bytes) -> MongoRecord | None:
        counter = await self._counters.find_one(REVISION_COUNTER)
        floor: int = counter["value"] if counter else 0
        return await self._documents.find_one_and_update(
            condition, {"$push": {"leases": {"lease": lease, "floor": floor}}}
        )

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


def _other_than(value: str) -> MongoRecord:
    return {"$not": {"$in": [value] if value else ["", None]}}  # a field that is not there is empty


def _store_name() -> MongoRecord:
    return {"store_id": uuid.uuid4().hex}
