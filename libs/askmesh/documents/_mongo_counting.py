"""What MongoDB counts of its documents."""

from askmesh.documents._mongo_client import MongoCollections
from askmesh.documents._store import AccessCount
from askmesh.passages import access_from_text


class MongoCounts:
    """Counts documents, passages and revisions."""

    def __init__(self, collections: MongoCollections) -> None:
        self._documents = collections.documents

    async def last_changes(self) -> dict[str, int]:
        """Return the newest revision of each tenant."""
        newest = {"_id": "$tenant", "revision": {"$max": "$revision"}}
        cursor = await self._documents.aggregate(
            [{"$match": {"revision": {"$gt": 0}}}, {"$group": newest}]
        )
        return {each["_id"]: each["revision"] for each in await cursor.to_list()}

    async def by_access(self, tenant: str) -> list[AccessCount]:
        """Return how much a tenant has with each access list."""
        visible = {"tenant": tenant, "deleted": False}
        text = {"$ifNull": ["$access", ""]}  # documents may be older than lists
        total = {"_id": text, "documents": {"$sum": 1}, "passages": {"$sum": "$passage_count"}}
        cursor = await self._documents.aggregate([{"$match": visible}, {"$group": total}])
        return [
            AccessCount(access_from_text(each["_id"]), each["documents"], each["passages"])
            for each in await cursor.to_list()
        ]

    async def newest_revision(self) -> int:
        """Return the newest revision of all tenants; 0 before there is one."""
        newest = await self._documents.find_one(
            {"revision": {"$gt": 0}}, ["revision"], sort=[("revision", -1)]
        )
        return newest["revision"] if newest else 0
