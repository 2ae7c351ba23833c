"""What MongoDB counts of its documents."""

from collections.abc import Mapping, Sequence

from askmesh.documents._mongo_client import MongoCollections
from askmesh.documents._mongo_records import MongoRecord
from askmesh.documents._store import AccessCount
from askmesh.passages import access_from_text


class MongoCounts:
    """Counts documents, passages and revisions."""

    def __init__(self, collections: MongoCollections) -> None:
        self._collections = collections

    async def last_changes(self) -> dict[str, int]:
        """Return the newest revision of each tenant."""
        newest = {"_id": "$tenant", "revision": {"$max": "$revision"}}
        groups = await self._aggregated([{"$match": {"revision": {"$gt": 0}}}, {"$group": newest}])
        return {each["_id"]: each["revision"] for each in groups}

    async def by_access(self, tenant: str) -> list[AccessCount]:
        """Return how much a tenant has with each access list."""
        visible = {"tenant": tenant, "deleted": False}
        text = {"$ifNull": ["$access", ""]}  # documents may be older than lists
        total = {"_id": text, "documents": {"$sum": 1}, "passages": {"$sum": "$passage_count"}}
        groups = await self._aggregated([{"$match": visible}, {"$group": total}])
        return [
            AccessCount(access_from_text(each["_id"]), each["documents"], each["passages"])
            for each in groups
        ]

    async def newest_revision(self) -> int:
        """Return the newest revision of all tenants; 0 before there is one."""
        return await self._newest({})

    async def last_change(self, tenant: str) -> int:
        """Return the newest revision of a tenant; 0 before there is one."""
        return await self._newest({"tenant": tenant})

    async def _newest(self, of: Mapping[str, str]) -> int:
        async with self._collections.turn():
            newest = await self._collections.documents.find_one(
                {**of, "revision": {"$gt": 0}}, ["revision"], sort=[("revision", -1)]
            )
        return newest["revision"] if newest else 0

    async def _aggregated(self, stages: Sequence[Mapping[str, object]]) -> list[MongoRecord]:
        async with self._collections.turn():
            return await (await self._collections.documents.aggregate(stages)).to_list()
