"""What every document store does for those who follow its changes."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from askmesh.documents import DocumentStore, open_documents
from askmesh.passages import DocumentChange
from support.documents import TENANT, changes, pages, put

WRITERS = 4
DOCUMENTS_PER_WRITER = 25


def _seen(found: Sequence[DocumentChange]) -> list[tuple[str, str, list[str]]]:
    return [
        (change.tenant, change.document_id, [one.passage.text for one in change.passages])
        for change in found
    ]


async def test_changes_come_in_the_order_of_their_revisions(documents: DocumentStore) -> None:
    await put(documents, "a", "a0", "a1")
    await put(documents, "b", "b0", tenant="other")
    found = await changes(documents)
    assert _seen(found) == [(TENANT, "a", ["a0", "a1"]), ("other", "b", ["b0"])]
    assert [change.revision for change in found] == sorted(change.revision for change in found)


async def test_passages_of_a_change_carry_its_revision(documents: DocumentStore) -> None:
    revision = await put(documents, "a", "a0", "a1")
    (change,) = await changes(documents)
    assert [one.passage.revision for one in change.passages] == [revision, revision]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_pages_of_any_size_give_every_document_once(
    documents: DocumentStore, limit: int
) -> None:
    names = [f"d{number}" for number in range(7)]
    for name in names:
        await put(documents, name, name)
    found = [page async for page in pages(documents, limit=limit)]
    assert [change.document_id for page in found for change in page] == names
    assert all(len(page) <= limit for page in found)


async def test_a_deletion_is_a_change_without_passages(documents: DocumentStore) -> None:
    await put(documents, "a", "a0")
    after = await put(documents, "b", "b0")
    revision = await documents.delete_document(TENANT, "a")
    (change,) = await changes(documents, after=after)
    assert (change.document_id, change.revision, change.passages) == ("a", revision, ())


async def test_the_last_change_of_each_tenant_is_known_deletions_included(
    documents: DocumentStore,
) -> None:
    assert await documents.last_changes() == {}
    await put(documents, "a", "a0")
    other = await put(documents, "a", "a0", tenant="other")
    await put(documents, "b", "b0")
    last = await documents.delete_document(TENANT, "a")
    assert await documents.last_changes() == {TENANT: last, "other": other}
    assert await documents.last_change(TENANT) == last
    assert await documents.last_change("other") == other
    assert await documents.last_change("nobody") == 0


async def test_states_that_were_replaced_are_left_out(documents: DocumentStore) -> None:
    await put(documents, "a", "old")
    await put(documents, "b", "b0")
    await put(documents, "a", "new")
    assert _seen(await changes(documents)) == [(TENANT, "b", ["b0"]), (TENANT, "a", ["new"])]


async def test_the_newest_revision_is_reached_and_not_passed(documents: DocumentStore) -> None:
    revision = await put(documents, "a", "a0")
    page = await documents.changes_after(0, limit=100)
    assert page.revision == revision
    assert (await documents.count(TENANT)).revision == revision
    again = await documents.changes_after(page.revision, limit=100)
    assert (again.changes, again.revision) == ((), revision)


async def test_a_follower_misses_nothing_while_others_write(documents_address: str) -> None:
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(open_documents(documents_address))
            for _ in range(1 if documents_address == "memory:" else WRITERS + 1)
        ]
        follower = _Follower(stores[0])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follower.follow())
            async with asyncio.TaskGroup() as writers:
                writing = [
                    writers.create_task(_write(stores[-1 - writer % len(stores)], writer, follower))
                    for writer in range(WRITERS)
                ]
            follower.expected = {
                name: revision for task in writing for name, revision in task.result().items()
            }
    assert len(follower.expected) == WRITERS * DOCUMENTS_PER_WRITER
    assert follower.found == follower.expected


class _Follower:
    """Follows until it has seen all that is expected; each document must come exactly once."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self.started = asyncio.Event()
        self.found: dict[str, int] = {}
        self.expected: dict[str, int] | None = None

    async def follow(self) -> None:
        revision = 0
        while self.expected is None or revision < max(self.expected.values()):
            page = await self._store.changes_after(revision, limit=3)
            for change in page.changes:
                assert change.document_id not in self.found
                assert revision < change.revision <= page.revision
                assert len(change.passages) == 2
                self.found[change.document_id] = change.revision
                self.started.set()
            revision = page.revision
            await asyncio.sleep(0)


async def _write(store: DocumentStore, writer: int, follower: _Follower) -> dict[str, int]:
    revisions: dict[str, int] = {}
    for number in range(DOCUMENTS_PER_WRITER):
        name = f"{writer}-{number}"
        revisions[name] = await put(store, name, "one", "two")
        await follower.started.wait()  # from here on, reading and writing take turns
    return revisions


async def test_of_many_writers_of_one_document_the_last_one_wins_whole(
    documents: DocumentStore,
) -> None:
    async with asyncio.TaskGroup() as writers:
        writing = [
            writers.create_task(put(documents, "d", *[f"version {number}"] * number))
            for number in range(1, 9)
        ]
    revisions = [task.result() for task in writing]
    assert len(set(revisions)) == 8
    winner = revisions.index(max(revisions)) + 1
    (change,) = await changes(documents)
    assert change.revision == max(revisions)
    assert [one.passage.text for one in change.passages] == [f"version {winner}"] * winner
    found = await documents.get_passages(TENANT, [f"d/{position}" for position in range(8)])
    assert [one.text for one in found] == [f"version {winner}"] * winner


async def test_readers_see_whole_versions_while_others_write(documents: DocumentStore) -> None:
    await put(documents, "d", "0", "0", "0")
    names = ["d/0", "d/1", "d/2"]
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(_rewrite(documents, times=30))
        seen: set[str] = set()
        while not writing.done():
            texts = [one.text for one in await documents.get_passages(TENANT, names[:1])]
            assert len(texts) == 1
            seen.update(texts)
            for change in (await documents.changes_after(0, limit=10)).changes:
                assert len({one.passage.text for one in change.passages}) == 1
                assert len(change.passages) == 3
            await asyncio.sleep(0)
    assert len(seen) > 1


async def _rewrite(store: DocumentStore, *, times: int) -> None:
    for number in range(1, times + 1):
        await put(store, "d", *[str(number)] * 3)
        await asyncio.sleep(0)
