"""What every document store does with the access lists of documents."""

import asyncio

import pytest

from askmesh.documents import AccessCount, CollectionCount, DocumentStore
from askmesh.errors import InvalidRequestError
from askmesh.passages import EVERYONE, AccessList
from support.documents import TENANT, changes, document, passages, put

STAFF = AccessList(frozenset({"group:staff", "user:\u00e9ve"}), frozenset({"user:bob"}))
NOBODY = AccessList(frozenset())
BUT_BOB = AccessList(None, frozenset({"user:bob"}))


async def _put(
    store: DocumentStore, document_id: str, access: AccessList | None, *texts: str
) -> int:
    owner = document(document_id, access=access)
    return await store.put_document(TENANT, owner, passages(owner, *texts))


async def _access(store: DocumentStore, document_id: str) -> AccessList | None:
    stored = await store.get_document(TENANT, document_id)
    return stored.document.access if stored else None


@pytest.mark.parametrize("access", [EVERYONE, STAFF, NOBODY, BUT_BOB])
async def test_a_list_comes_back_with_document_passages_and_change(
    documents: DocumentStore, access: AccessList
) -> None:
    await _put(documents, "d", access, "one", "two")
    (change,) = await changes(documents)
    (listed,) = await documents.list_documents(TENANT, after="", limit=9)
    assert await _access(documents, "d") == listed.document.access == access
    read = await documents.get_passages(TENANT, ["d/0", "d/1"])
    assert [each.access for each in read] == [access, access]
    assert [each.passage.access for each in change.passages] == [access, access]


async def test_a_new_document_without_a_list_is_for_everyone(documents: DocumentStore) -> None:
    await _put(documents, "d", None, "one")
    assert await _access(documents, "d") == EVERYONE


async def test_a_new_version_without_a_list_keeps_the_one_before(documents: DocumentStore) -> None:
    await _put(documents, "d", STAFF, "one")
    await _put(documents, "d", None, "another")
    (read,) = await documents.get_passages(TENANT, ["d/0"])
    assert (read.text, read.access) == ("another", STAFF)
    assert await _access(documents, "d") == STAFF


async def test_a_deleted_document_leaves_no_list_behind(documents: DocumentStore) -> None:
    await _put(documents, "d", STAFF, "one")
    await documents.delete_document(TENANT, "d")
    await _put(documents, "d", None, "one")
    assert await _access(documents, "d") == EVERYONE


async def test_a_changed_list_is_a_change_with_the_same_passages(documents: DocumentStore) -> None:
    await put(documents, "other", "text")
    before = await put(documents, "d", "one", "two")
    (embedded,) = await changes(documents, after=before - 1)
    revisions = await documents.set_access(TENANT, ["d", "missing"], STAFF)
    assert revisions.keys() == {"d"}
    (change,) = await changes(documents, after=before)
    assert (change.document_id, change.revision) == ("d", revisions["d"])
    assert [each.passage.text for each in change.passages] == ["one", "two"]
    for old, new in zip(embedded.passages, change.passages, strict=True):
        assert old.embedding.tobytes() == new.embedding.tobytes()
        assert (new.passage.revision, new.passage.access) == (revisions["d"], STAFF)
    read = await documents.get_passages(TENANT, ["d/0", "d/1", "other/0"])
    assert [each.access for each in read] == [STAFF, STAFF, EVERYONE]
    stored = await documents.get_document(TENANT, "d")
    assert stored is not None
    assert (stored.revision, stored.passage_count) == (revisions["d"], 2)


async def test_a_list_that_is_there_already_is_no_change(documents: DocumentStore) -> None:
    await _put(documents, "a", STAFF, "one")
    newest = await _put(documents, "b", EVERYONE, "two")
    assert await documents.set_access(TENANT, ["a"], STAFF) == {}
    assert await documents.set_access(TENANT, ["b"], EVERYONE) == {}
    assert await changes(documents, after=newest) == []


async def test_many_lists_are_changed_at_once(documents: DocumentStore) -> None:
    names = [f"d{number:03}" for number in range(40)]
    for name in names:
        await put(documents, name, name)
    revisions = await documents.set_access(TENANT, names, NOBODY)
    assert sorted(revisions) == names
    assert len(set(revisions.values())) == len(names)
    await documents.set_access(TENANT, names[:10], EVERYONE)
    assert await _access(documents, names[0]) == EVERYONE
    assert await _access(documents, names[-1]) == NOBODY


async def test_lists_of_one_tenant_are_not_those_of_another(documents: DocumentStore) -> None:
    await put(documents, "d", "ours")
    await put(documents, "d", "theirs", tenant="other")
    await documents.set_access(TENANT, ["d"], STAFF)
    (theirs,) = await documents.get_passages("other", ["d/0"])
    assert theirs.access == EVERYONE


async def test_documents_are_counted_by_list(documents: DocumentStore) -> None:
    await _put(documents, "a", STAFF, "one", "two")
    await _put(documents, "b", STAFF, "three")
    newest = await _put(documents, "c", None, "four")
    await put(documents, "d", "five", tenant="other")
    counts = await documents.count_by_access(TENANT)
    assert set(counts) == {AccessCount(STAFF, 2, 3), AccessCount(EVERYONE, 1, 1)}
    count = await documents.count(TENANT)
    assert (count.documents, count.passages) == (3, 4)
    assert count.revision > newest
    assert await documents.count("third") == CollectionCount(0, 0, count.revision)


async def test_writers_of_texts_and_of_lists_do_not_undo_each_other(
    documents: DocumentStore,
) -> None:
    await put(documents, "d", "0")
    async with asyncio.TaskGroup() as writers:
        for number in range(1, 6):
            owner = document("d", access=None)
            text = passages(owner, str(number))
            writers.create_task(documents.put_document(TENANT, owner, text))
            listed = AccessList(frozenset({f"user:{number}"}))
            writers.create_task(documents.set_access(TENANT, ["d"], listed))
    (change,) = await changes(documents)
    stored = await documents.get_document(TENANT, "d")
    assert stored is not None
    assert change.revision == stored.revision
    assert [each.passage.access for each in change.passages] == [stored.document.access]
    assert stored.document.access not in (None, EVERYONE)


async def test_a_list_that_is_not_unicode_is_refused(documents: DocumentStore) -> None:
    await put(documents, "d", "one")
    with pytest.raises(InvalidRequestError):
        await documents.set_access(TENANT, ["d"], AccessList(frozenset({"user:\ud800"})))
    assert await _access(documents, "d") == EVERYONE
