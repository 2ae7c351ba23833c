"""Following MongoDB by revision, without overtaking writers: see `_mongo_publishing`."""

from collections import defaultdict
from collections.abc import Callable

from askmesh.documents._mongo_client import MongoCollections
from askmesh.documents._mongo_publishing import LEASE_SECONDS, REVISION_COUNTER
from askmesh.documents._mongo_records import MongoRecord, embedded_passage_of
from askmesh.documents._store import ChangePage
from askmesh.passages import DocumentChange

_CHANGE_FIELDS = ("tenant", "document_id", "version", "revision", "passage_count", "access")


class MongoFollower:
    """Reads what changed, and takes away leases that stay for too long."""

    def __init__(self, collections: MongoCollections, clock: Callable[[], float]) -> None:
        self._documents = collections.documents
        self._passages = collections.passages
        self._counters = collections.counters
        self._clock = clock
        self._leases: dict[bytes, float] = {}  # when each was first seen

    async def changes_after(self, revision: int, limit: int) -> ChangePage:
        """Return the changes after `revision` that no writer can be committing any more."""
        counter = await self._counters.find_one(REVISION_COUNTER)
        newest: int = counter["value"] if counter else 0
        store_id: str = counter.get("store_id", "") if counter else ""
        end = min([newest, *await self._floors()])
        if end <= revision:
            return ChangePage((), revision, newest, store_id)
        records = await self._documents.find(
            {"revision": {"$gt": revision, "$lte": end}},
            _CHANGE_FIELDS,
            sort=[("revision", 1)],
            limit=limit,
        ).to_list()
        if len(records) == limit:
            end = records[-1]["revision"]
        return ChangePage(await self._changes(records), end, newest, store_id)

    async def _floors(self) -> list[int]:
        records = await self._documents.find({"leases.floor": {"$gte": 0}}, ["leases"]).to_list()
        leases = [(record["_id"], lease) for record in records for lease in record["leases"]]
        now = self._clock()
        self._leases = {
            lease["lease"]: self._leases.get(lease["lease"], now) for _, lease in leases
        }
        floors: list[int] = []
        for key, lease in leases:
            if now - self._leases[lease["lease"]] < LEASE_SECONDS:
                floors.append(lease["floor"])
            else:
                await self._take_away(key, lease["lease"])
        return floors

    async def _take_away(self, key: str, lease: bytes) -> None:
        await self._documents.update_one({"_id": key}, {"$pull": {"leases": {"lease": lease}}})

    async def _changes(self, records: list[MongoRecord]) -> tuple[DocumentChange, ...]:
        passages = await self._passages_of([record["version"] for record in records])
        # A version that is not whole any more was replaced just now: its document comes again,
        # with a revision beyond this page.
        return tuple(
            DocumentChange(
                tenant=record["tenant"],
                document_id=record["document_id"],
                revision=record["revision"],
                passages=tuple(
                    embedded_passage_of(passage, record) for passage in passages[record["version"]]
                ),
            )
            for record in records
            if len(passages[record["version"]]) == record["passage_count"]
        )

    async def _passages_of(self, versions: list[bytes]) -> defaultdict[bytes, list[MongoRecord]]:
        passages: defaultdict[bytes, list[MongoRecord]] = defaultdict(list)
        if versions:
            found = self._passages.find(
                {"version": {"$in": versions}}, sort=[("version", 1), ("position", 1)]
            )
            async for record in found:
                passages[record["version"]].append(record)
        return passages
