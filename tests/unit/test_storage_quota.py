"""What a tenant has is counted, and what is on its way with it."""

import asyncio

from askmesh.documents import CollectionCount, MemoryDocumentStore, StoredDocument
from askmesh.ingestion.quotas import Reservation, StorageLimits, StorageQuota
from askmesh.ingestion.refusals import DocumentRefusedError
from support.documents import put


class SlowStore(MemoryDocumentStore):
    """A store that lets others go on while it looks, as one over a network does."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = 0
        self.counting = asyncio.Event()

    async def get_document(self, tenant: str, document_id: str) -> StoredDocument | None:
        await asyncio.sleep(0)
        return await super().get_document(tenant, document_id)

    async def count(self, tenant: str) -> CollectionCount:
        self.counts += 1
        self.counting.set()
        counted = await super().count(tenant)
        await asyncio.sleep(0)
        return counted


class Quota:
    """A quota of tenant "blue" over a store, and a clock that tests move."""

    def __init__(self, **limits: int) -> None:
        self.store = SlowStore()
        self.now = 0.0
        self._quota = StorageQuota(self.store, StorageLimits(**limits), clock=lambda: self.now)

    async def take(self, document_id: str, passages: int = 1, tenant: str = "blue") -> Reservation:
        return await self._quota.take(tenant, document_id, passages)

    async def is_full(self, document_id: str, passages: int = 1) -> bool:
        """Whether there is no room for a document; if there is, it is given back."""
        try:
            (await self.take(document_id, passages)).end(is_stored=False)
        except DocumentRefusedError as refusal:
            return refusal.reason == "STORAGE_QUOTA_EXCEEDED"
        return False

    async def put(self, document_id: str, *texts: str) -> None:
        await put(self.store, document_id, *texts, tenant="blue")


async def test_callers_at_once_count_each_other_and_the_store_once() -> None:
    quota = Quota(documents=1)
    taken = await asyncio.gather(*map(quota.take, "abcde"), return_exceptions=True)
    assert sum(isinstance(each, Reservation) for each in taken) == 1
    assert sum(isinstance(each, DocumentRefusedError) for each in taken) == 4
    assert quota.store.counts == 1


async def test_what_is_stored_while_the_store_counts_is_not_lost() -> None:
    quota = Quota(documents=2)
    reservation = await quota.take("a")
    quota.now += 11
    quota.store.counting.clear()
    counting = asyncio.create_task(quota.take("b"))
    await quota.store.counting.wait()
    await quota.put("a", "text")
    reservation.end(is_stored=True)
    (await counting).end(is_stored=False)
    one = await quota.take("b")
    assert await quota.is_full("c")
    one.end(is_stored=False)


async def test_what_is_on_its_way_counts_however_long_it_takes() -> None:
    quota = Quota(documents=1)
    reservation = await quota.take("a")
    quota.now += 11
    (await quota.take("a", tenant="green")).end(is_stored=False)
    assert await quota.is_full("b")
    reservation.end(is_stored=False)
    assert not await quota.is_full("b")


async def test_what_was_stored_counts_once_before_and_after_it_is_counted_again() -> None:
    quota = Quota(documents=2)
    for name in "ab":
        reservation = await quota.take(name)
        await quota.put(name, "text")
        quota.now += 6
        reservation.end(is_stored=True)
    assert await quota.is_full("c")
    await quota.store.delete_document("blue", "a")
    quota.now += 11
    assert not await quota.is_full("c")


async def test_nobody_is_refused_by_what_a_count_and_a_reservation_both_have() -> None:
    quota = Quota(documents=3)
    one = await quota.take("a")
    await quota.put("a", "text")
    quota.now += 11
    other = await quota.take("b")
    one.end(is_stored=True)
    assert not await quota.is_full("c")
    other.end(is_stored=False)


async def test_a_shorter_version_makes_room_once_it_is_stored() -> None:
    quota = Quota(passages=3)
    await quota.put("a", "one", "two", "three")
    reservation = await quota.take("a", 1)
    assert await quota.is_full("b", 2)
    await quota.put("a", "one")
    reservation.end(is_stored=True)
    assert not await quota.is_full("b", 2)
    assert await quota.is_full("a", 4)


async def test_room_that_is_made_is_seen_after_a_while() -> None:
    quota = Quota(documents=1)
    await quota.put("a", "text")
    assert await quota.is_full("b")
    await quota.store.delete_document("blue", "a")
    quota.now += 11
    assert not await quota.is_full("b")
