"""Leases of documents, in every store."""

import asyncio
from uuid import uuid4

from askmesh.documents import DocumentStore, open_documents

LONG = 3600.0


async def test_a_document_is_leased_to_one_at_a_time(documents: DocumentStore) -> None:
    assert await documents.lease("t", "a", "first", seconds=LONG)
    assert not await documents.lease("t", "a", "second", seconds=LONG)
    assert await documents.lease("t", "a", "first", seconds=LONG)
    assert await documents.lease("t", "b", "second", seconds=LONG)
    assert await documents.lease("other", "a", "second", seconds=LONG)


async def test_a_lease_that_was_released_is_free(documents: DocumentStore) -> None:
    await documents.lease("t", "a", "first", seconds=LONG)
    await documents.release("t", "a", "second")
    assert not await documents.lease("t", "a", "second", seconds=LONG)
    await documents.release("t", "a", "first")
    await documents.release("t", "a", "first")
    assert await documents.lease("t", "a", "second", seconds=LONG)


async def test_a_lease_ends_by_itself(documents: DocumentStore) -> None:
    await documents.lease("t", "a", "first", seconds=0.001)
    while not await documents.lease("t", "a", "second", seconds=LONG):
        pass
    assert not await documents.lease("t", "a", "first", seconds=LONG)


async def test_of_many_at_once_one_gets_the_lease(documents_address: str) -> None:
    async with (
        open_documents(documents_address) as one,
        open_documents(documents_address) as another,
    ):
        stores = [one] * 10 if documents_address == "memory:" else [one, another] * 5
        got = await asyncio.gather(
            *(store.lease("t", "a", uuid4().hex, seconds=LONG) for store in stores)
        )
    assert sum(got) == 1
