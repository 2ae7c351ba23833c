"""What every document store does for those who put, read and delete."""

import dataclasses
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from askmesh.documents import (
    CollectionCount,
    Document,
    DocumentStore,
    EmbeddedPassage,
    StoredDocument,
    open_documents,
)
from askmesh.errors import InvalidRequestError
from support.documents import TENANT, at, changes, document, passage, passages, put
from support.mongo_server import MongoServer

SURROGATE = "a lone \ud800"
POISON = "NUL \0, quote ' \" $where .dots, \\u0000, \u2028 \U0001f9ea, \ufeff\ufffe, e\u0301 \u00e9"


@pytest.fixture(params=["memory", "sqlite", "mongo"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return "memory:"
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'documents.db'}"
    mongo: MongoServer = request.getfixturevalue("mongo")
    return mongo.address(f"test_{uuid4().hex}")


@pytest.fixture
async def store(address: str) -> AsyncGenerator[DocumentStore]:
    async with open_documents(address) as opened:
        yield opened


async def test_a_document_comes_back_as_it_was_put(store: DocumentStore) -> None:
    time = datetime(2026, 2, 28, 23, 59, 59, 999_999, timezone(timedelta(hours=-5)))
    owner = document("d", title=POISON, modified_time=time, attributes={"a.b": "1", "$set": POISON})
    revision = await store.put_document(TENANT, owner, passages(owner, "one", "two"))
    assert await store.get_document(TENANT, "d") == StoredDocument(owner, revision, 2)


async def test_passages_come_back_as_they_were_put(store: DocumentStore) -> None:
    time = datetime(1, 1, 1, 0, 0, 0, 1, UTC)
    owner = document(POISON, title=POISON, modified_time=time, attributes={POISON: POISON, "": ""})
    given = passages(owner, POISON, "")
    revision = await store.put_document(POISON, owner, given)
    names = [embedded.passage.passage_id for embedded in given]
    assert await store.get_passages(POISON, names) == [at(revision, one) for one in given]


async def test_vectors_come_back_bit_for_bit(store: DocumentStore) -> None:
    owner = document("d")
    vector = np.array([1 / 3, -0.0, 1e-45, 3.4e38], np.float32)
    await store.put_document(
        TENANT, owner, [dataclasses.replace(passage(owner, 0, "text"), embedding=vector)]
    )
    (change,) = await changes(store)
    (embedded,) = change.passages
    assert embedded.embedding.dtype == np.float32
    assert embedded.embedding.tobytes() == vector.tobytes()
    assert not embedded.embedding.flags.writeable


async def test_passages_come_in_the_order_asked_without_missing_ones(store: DocumentStore) -> None:
    await put(store, "a", "a0", "a1")
    await put(store, "b", "b0", "b1")
    found = await store.get_passages(TENANT, ["b/1", "no", "a/0", "b/0", "a/9", "b/1"])
    assert [one.text for one in found] == ["b1", "a0", "b0", "b1"]


async def test_many_passages_are_read_at_once(store: DocumentStore) -> None:
    await put(store, "d", *map(str, range(1200)))
    names = [f"d/{position}" for position in reversed(range(1200))]
    found = await store.get_passages(TENANT, names)
    assert [one.text for one in found] == [str(position) for position in reversed(range(1200))]


async def test_what_was_never_put_is_not_there(store: DocumentStore) -> None:
    assert await store.get_document(TENANT, "d") is None
    assert await store.get_passages(TENANT, ["d/0"]) == []
    assert await store.get_passages(TENANT, []) == []
    assert await changes(store) == []
    assert await store.count(TENANT) == CollectionCount(0, 0, 0)


async def test_tenants_do_not_see_each_other(store: DocumentStore) -> None:
    await put(store, "d", "ours")
    await put(store, "d", "theirs", "more", tenant="other")
    assert [one.text for one in await store.get_passages(TENANT, ["d/0", "d/1"])] == ["ours"]
    assert await store.get_document("third", "d") is None
    await store.delete_document("other", "d")
    assert await store.get_document(TENANT, "d") is not None
    assert [one.text for one in await store.get_passages(TENANT, ["d/0"])] == ["ours"]
    assert (await store.count("other")).documents == 0


async def test_a_new_version_replaces_the_old_one_whole(store: DocumentStore) -> None:
    await put(store, "d", "one", "two", "three")
    revision = await put(store, "d", "new")
    found = await store.get_passages(TENANT, ["d/0", "d/1", "d/2"])
    assert [(one.text, one.revision) for one in found] == [("new", revision)]
    assert await store.count(TENANT) == CollectionCount(1, 1, revision)


async def test_a_document_may_have_no_passages(store: DocumentStore) -> None:
    await put(store, "d", "text")
    revision = await put(store, "d")
    assert await store.get_document(TENANT, "d") == StoredDocument(document("d"), revision, 0)
    assert await store.get_passages(TENANT, ["d/0"]) == []


async def test_a_deleted_document_is_gone_with_its_passages(store: DocumentStore) -> None:
    await put(store, "d", "text")
    revision = await store.delete_document(TENANT, "d")
    assert await store.get_document(TENANT, "d") is None
    assert await store.get_passages(TENANT, ["d/0"]) == []
    assert await store.count(TENANT) == CollectionCount(0, 0, revision)


async def test_deleting_what_is_not_there_changes_nothing(store: DocumentStore) -> None:
    assert await store.delete_document(TENANT, "d") == 0
    await put(store, "d", "text")
    revision = await store.delete_document(TENANT, "d")
    assert await store.delete_document(TENANT, "d") == revision
    assert await changes(store, after=revision) == []


async def test_a_deleted_document_can_be_put_again(store: DocumentStore) -> None:
    await put(store, "d", "old")
    await store.delete_document(TENANT, "d")
    revision = await put(store, "d", "new")
    assert [one.text for one in await store.get_passages(TENANT, ["d/0"])] == ["new"]
    assert [change.revision for change in await changes(store)] == [revision]


async def test_revisions_only_grow(store: DocumentStore) -> None:
    revisions = [
        await put(store, "a", "text"),
        await put(store, "b", "text", tenant="other"),
        await put(store, "a", "text"),
        await store.delete_document(TENANT, "a"),
        await put(store, "a", "text"),
    ]
    assert revisions == sorted(set(revisions))
    assert revisions[0] > 0


async def test_putting_the_same_again_changes_nothing_but_the_revision(
    store: DocumentStore,
) -> None:
    await put(store, "d", "one", "two")
    revision = await put(store, "d", "one", "two")
    found = await store.get_passages(TENANT, ["d/0", "d/1"])
    assert [(one.text, one.revision) for one in found] == [("one", revision), ("two", revision)]
    assert await store.count(TENANT) == CollectionCount(1, 2, revision)


async def test_the_newest_passage_counts_when_two_documents_name_theirs_alike(
    store: DocumentStore,
) -> None:
    for name in ("a", "b"):
        owner = document(name)
        one = passage(owner, 0, f"of {name}")
        shared = dataclasses.replace(one.passage, passage_id="shared")
        await store.put_document(TENANT, owner, [EmbeddedPassage(shared, one.embedding)])
    assert [one.text for one in await store.get_passages(TENANT, ["shared"])] == ["of b"]
    await store.delete_document(TENANT, "b")
    assert [one.text for one in await store.get_passages(TENANT, ["shared"])] == ["of a"]


async def test_what_is_changed_afterwards_by_the_caller_is_not_changed_in_the_store(
    store: DocumentStore,
) -> None:
    attributes = {"language": "en"}
    owner = document("d", attributes=attributes)
    given = passages(owner, "text")
    await store.put_document(TENANT, owner, given)
    attributes["language"] = "fr"
    given[0].embedding[:] = 0
    stored = await store.get_document(TENANT, "d")
    assert stored is not None
    assert stored.document.attributes == {"language": "en"}
    (change,) = await changes(store)
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
    store: DocumentStore, reason: str, owner: Document, given: list[EmbeddedPassage]
) -> None:
    revision = await put(store, "d", "old")
    with pytest.raises(InvalidRequestError) as caught:
        await store.put_document(TENANT, owner, given)
    assert caught.value.reason == reason
    assert [change.revision for change in await changes(store)] == [revision]
    assert [one.text for one in await store.get_passages(TENANT, ["d/0"])] == ["old"]


async def test_names_that_cannot_be_stored_are_refused_when_reading(store: DocumentStore) -> None:
    with pytest.raises(InvalidRequestError):
        await store.get_document(TENANT, SURROGATE)
    with pytest.raises(InvalidRequestError):
        await store.get_passages(TENANT, [SURROGATE])
    with pytest.raises(InvalidRequestError):
        await store.delete_document(SURROGATE, "d")
    with pytest.raises(InvalidRequestError):
        await store.count(SURROGATE)
