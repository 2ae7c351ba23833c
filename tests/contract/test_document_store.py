"""What every document store does for those who put, read and delete."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from askmesh.documents import CollectionCount, Document, DocumentStore, StoredDocument
from askmesh.errors import InvalidRequestError
from askmesh.passages import EmbeddedPassage
from support.documents import TENANT, at, changes, document, passage, passages, put

SURROGATE = "a lone \ud800"
POISON = "NUL \0, quote ' \" $where .dots, \\u0000, \u2028 \U0001f9ea, \ufeff\ufffe, e\u0301 \u00e9"


async def test_a_document_comes_back_as_it_was_put(documents: DocumentStore) -> None:
    time = datetime(2026, 2, 28, 23, 59, 59, 999_999, timezone(timedelta(hours=-5)))
    owner = document("d", title=POISON, modified_time=time, attributes={"a.b": "1", "$set": POISON})
    revision = await documents.put_document(TENANT, owner, passages(owner, "one", "two"))
    assert await documents.get_document(TENANT, "d") == StoredDocument(owner, revision, 2)


async def test_passages_come_back_as_they_were_put(documents: DocumentStore) -> None:
    time = datetime(1, 1, 1, 0, 0, 0, 1, UTC)
    owner = document(POISON, title=POISON, modified_time=time, attributes={POISON: POISON, "": ""})
    given = passages(owner, POISON, "")
    revision = await documents.put_document(POISON, owner, given)
    names = [embedded.passage.passage_id for embedded in given]
    assert await documents.get_passages(POISON, names) == [at(revision, one) for one in given]


async def test_vectors_come_back_bit_for_bit(documents: DocumentStore) -> None:
    owner = document("d")
    vector = np.array([1 / 3, -0.0, 1e-45, 3.4e38], np.float32)
    await documents.put_document(
        TENANT, owner, [dataclasses.replace(passage(owner, 0, "text"), embedding=vector)]
    )
    (change,) = await changes(documents)
    (embedded,) = change.passages
    assert embedded.embedding.dtype == np.float32
    assert embedded.embedding.tobytes() == vector.tobytes()
    assert not embedded.embedding.flags.writeable


async def test_passages_come_in_the_order_asked_without_those_missing(
    documents: DocumentStore,
) -> None:
    await put(documents, "a", "a0", "a1")
    await put(documents, "b", "b0", "b1")
    found = await documents.get_passages(TENANT, ["b/1", "no", "a/0", "b/0", "a/9", "b/1"])
    assert [one.text for one in found] == ["b1", "a0", "b0", "b1"]


async def test_many_passages_are_read_at_once(documents: DocumentStore) -> None:
    await put(documents, "d", *map(str, range(1200)))
    names = [f"d/{position}" for position in reversed(range(1200))]
    found = await documents.get_passages(TENANT, names)
    assert [one.text for one in found] == [str(position) for position in reversed(range(1200))]


async def test_what_was_never_put_is_not_there(documents: DocumentStore) -> None:
    assert await documents.get_document(TENANT, "d") is None
    assert await documents.get_passages(TENANT, ["d/0"]) == []
    assert await documents.get_passages(TENANT, []) == []
    assert await changes(documents) == []
    assert await documents.count(TENANT) == CollectionCount(0, 0, 0)


async def test_tenants_do_not_see_each_other(documents: DocumentStore) -> None:
    await put(documents, "d", "ours")
    await put(documents, "d", "theirs", "more", tenant="other")
    assert [one.text for one in await documents.get_passages(TENANT, ["d/0", "d/1"])] == ["ours"]
    assert await documents.get_document("third", "d") is None
    await documents.delete_document("other", "d")
    assert await documents.get_document(TENANT, "d") is not None
    assert [one.text for one in await documents.get_passages(TENANT, ["d/0"])] == ["ours"]
    assert (await documents.count("other")).documents == 0


async def test_a_new_version_replaces_the_old_one_whole(documents: DocumentStore) -> None:
    await put(documents, "d", "one", "two", "three")
    revision = await put(documents, "d", "new")
    found = await documents.get_passages(TENANT, ["d/0", "d/1", "d/2"])
    assert [(one.text, one.revision) for one in found] == [("new", revision)]
    assert await documents.count(TENANT) == CollectionCount(1, 1, revision)


async def test_a_document_may_have_no_passages(documents: DocumentStore) -> None:
    await put(documents, "d", "text")
    revision = await put(documents, "d")
    assert await documents.get_document(TENANT, "d") == StoredDocument(document("d"), revision, 0)
    assert await documents.get_passages(TENANT, ["d/0"]) == []


async def test_a_deleted_document_is_gone_with_its_passages(documents: DocumentStore) -> None:
    await put(documents, "d", "text")
    revision = await documents.delete_document(TENANT, "d")
    assert await documents.get_document(TENANT, "d") is None
    assert await documents.get_passages(TENANT, ["d/0"]) == []
    assert await documents.count(TENANT) == CollectionCount(0, 0, revision)


async def test_deleting_what_is_not_there_changes_nothing(documents: DocumentStore) -> None:
    assert await documents.delete_document(TENANT, "d") == 0
    await put(documents, "d", "text")
    revision = await documents.delete_document(TENANT, "d")
    assert await documents.delete_document(TENANT, "d") == revision
    assert await changes(documents, after=revision) == []


async def test_a_deleted_document_can_be_put_again(documents: DocumentStore) -> None:
    await put(documents, "d", "old")
    await documents.delete_document(TENANT, "d")
    revision = await put(documents, "d", "new")
    assert [one.text for one in await documents.get_passages(TENANT, ["d/0"])] == ["new"]
    assert [change.revision for change in await changes(documents)] == [revision]


async def test_revisions_only_grow(documents: DocumentStore) -> None:
    revisions = [
        await put(documents, "a", "text"),
        await put(documents, "b", "text", tenant="other"),
        await put(documents, "a", "text"),
        await documents.delete_document(TENANT, "a"),
        await put(documents, "a", "text"),
    ]
    assert revisions == sorted(set(revisions))
    assert revisions[0] > 0


async def test_putting_the_same_again_changes_nothing_but_the_revision(
    documents: DocumentStore,
) -> None:
    await put(documents, "d", "one", "two")
    revision = await put(documents, "d", "one", "two")
    found = await documents.get_passages(TENANT, ["d/0", "d/1"])
    assert [(one.text, one.revision) for one in found] == [("one", revision), ("two", revision)]
    assert await documents.count(TENANT) == CollectionCount(1, 2, revision)


async def test_the_newest_passage_counts_when_two_documents_name_theirs_alike(
    documents: DocumentStore,
) -> None:
    for name in ("a", "b"):
        owner = document(name)
        one = passage(owner, 0, f"of {name}")
        shared = dataclasses.replace(one.passage, passage_id="shared")
        await documents.put_document(TENANT, owner, [EmbeddedPassage(shared, one.embedding)])
    assert [one.text for one in await documents.get_passages(TENANT, ["shared"])] == ["of b"]
    await documents.delete_document(TENANT, "b")
    assert [one.text for one in await documents.get_passages(TENANT, ["shared"])] == ["of a"]


async def test_what_is_changed_afterwards_by_the_caller_is_not_changed_in_the_store(
    documents: DocumentStore,
) -> None:
    attributes = {"language": "en"}
    owner = document("d", attributes=attributes)
    given = passages(owner, "text")
    await documents.put_document(TENANT, owner, given)
    attributes["language"] = "fr"
    given[0].embedding[:] = 0
    stored = await documents.get_document(TENANT, "d")
    assert stored is not None
    assert stored.document.attributes == {"language": "en"}
    (change,) = await changes(documents)
    assert change.passages[0].embedding[1] == 4


def _refused() -> list[tuple[str, Document, list[EmbeddedPassage]]]:
    good = document("d")
    vector = np.ones(3, np.float32)
    one = passage(good, 0, "text")
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - what is to be refused
    return [
        ("TEXT_NOT_UNICODE", document(SURROGATE), []),
        ("TEXT_NOT_UNICODE", document("d", title=SURROGATE), []),
        ("TEXT_NOT_UNICODE", document("d", attributes={SURROGATE: ""}), []),
        ("TEXT_NOT_UNICODE", document("d", attributes={"": SURROGATE}), []),
        ("TEXT_NOT_UNICODE", good, passages(good, "fine", SURROGATE)),
        ("TIME_WITHOUT_ZONE", document("d", modified_time=naive), []),
        ("FIELD_TOO_LONG", good, passages(good, "é" * 5_000_000)),
        ("FIELD_TOO_LONG", document("d" * 20_000), []),
        ("PASSAGE_ID_REPEATED", good, [one, one]),
        ("PASSAGE_OF_ANOTHER_DOCUMENT", good, passages(document("other"), "text")),
        ("POSITION_INVALID", good, [passage(good, -1, "text")]),
        ("EMBEDDING_INVALID", good, [EmbeddedPassage(one.passage, vector * np.nan)]),
        ("EMBEDDING_INVALID", good, [EmbeddedPassage(one.passage, vector.reshape(3, 1))]),
    ]


@pytest.mark.parametrize(("reason", "owner", "given"), _refused())
async def test_what_cannot_be_kept_unchanged_is_refused_and_the_old_version_stays(
    documents: DocumentStore, reason: str, owner: Document, given: list[EmbeddedPassage]
) -> None:
    revision = await put(documents, "d", "old")
    with pytest.raises(InvalidRequestError) as caught:
        await documents.put_document(TENANT, owner, given)
    assert caught.value.reason == reason
    assert [change.revision for change in await changes(documents)] == [revision]
    assert [one.text for one in await documents.get_passages(TENANT, ["d/0"])] == ["old"]


async def test_names_that_cannot_be_stored_are_refused_when_reading(
    documents: DocumentStore,
) -> None:
    with pytest.raises(InvalidRequestError):
        await documents.get_document(TENANT, SURROGATE)
    with pytest.raises(InvalidRequestError):
        await documents.get_passages(TENANT, [SURROGATE])
    with pytest.raises(InvalidRequestError):
        await documents.delete_document(SURROGATE, "d")
    with pytest.raises(InvalidRequestError):
        await documents.count(SURROGATE)


async def test_documents_are_listed_by_name_page_by_page(documents: DocumentStore) -> None:
    for name in ("b", "a", "c", "\u00e9", "B"):
        await put(documents, name, name)
    await documents.delete_document(TENANT, "c")
    await documents.put_document("other", document("aa"), [])
    first = await documents.list_documents(TENANT, after="", limit=2)
    rest = await documents.list_documents(TENANT, after="a", limit=10)
    assert [each.document.document_id for each in first] == ["B", "a"]
    assert [each.document.document_id for each in rest] == ["b", "\u00e9"]
    assert first[1] == await documents.get_document(TENANT, "a")
