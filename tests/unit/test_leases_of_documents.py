"""Leases of one stream of documents, of which each is given back once its document is stored."""

import asyncio

from askmesh.documents import MemoryDocumentStore
from askmesh.ingestion.leases import Leases


class SlowStore(MemoryDocumentStore):
    """A store whose leases begin when they are let."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.lets = asyncio.Event()
        self.lets.set()

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        self.asked.set()
        await self.lets.wait()
        return await super().lease(tenant, document_id, owner, seconds=seconds)


async def test_a_lease_that_is_given_back_while_all_are_prolonged_is_free_for_others() -> None:
    store = SlowStore()
    ours, theirs = Leases(store, "default"), Leases(store, "default")
    names = ["a", "b", "c"]
    assert all([await ours.take(name) for name in names])
    store.asked.clear()
    store.lets.clear()
    prolonging = asyncio.create_task(ours.prolong())
    await store.asked.wait()
    for name in names:
        await ours.give_back(name)
    store.lets.set()
    await prolonging
    assert all([await theirs.take(name) for name in names])


async def test_leases_that_are_kept_are_not_free_for_others() -> None:
    store = SlowStore()
    ours, theirs = Leases(store, "default"), Leases(store, "default")
    await ours.take("a")
    await ours.prolong()
    assert not await theirs.take("a")
    await ours.give_all_back()
    assert await theirs.take("a")
