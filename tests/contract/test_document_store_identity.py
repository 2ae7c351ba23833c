"""By what followers know a store from another one in its place."""

import sqlite3
from pathlib import Path
from uuid import uuid4

from pymongo import AsyncMongoClient

from askmesh.documents import DocumentStore, open_documents
from askmesh.documents._mongo_records import MongoRecord
from askmesh.documents._sqlite_schema import LEASING, NAMING, SCHEMA
from askmesh.passages import EVERYONE, AccessList
from support.documents import TENANT, changes, put
from support.mongo_server import MongoServer


async def _store_id(store: DocumentStore) -> str:
    return (await store.changes_after(0, limit=1)).store_id


async def test_a_store_keeps_its_name_through_changes(documents: DocumentStore) -> None:
    await put(documents, "a", "text")
    name = await _store_id(documents)
    assert name
    await put(documents, "b", "text")
    page = await documents.changes_after(2, limit=100)
    assert (page.changes, page.store_id) == ((), name)


async def test_two_stores_have_two_names(documents: DocumentStore, documents_address: str) -> None:
    place, question, options = documents_address.partition("?")
    beside = place if place == "memory:" else f"{place}_2{question}{options}"
    async with open_documents(beside) as other:
        for store in (documents, other):
            await put(store, "a", "text")
        assert await _store_id(documents) != await _store_id(other)


async def test_a_page_says_how_far_the_store_is_whatever_is_asked_for(
    documents: DocumentStore,
) -> None:
    await put(documents, "a", "text")
    revision = await put(documents, "b", "text")
    for after in (0, revision, revision + 9):
        page = await documents.changes_after(after, limit=1)
        assert page.newest == revision
        assert page.revision >= after


async def test_a_store_that_is_opened_again_has_the_name_it_had(tmp_path: Path) -> None:
    names: list[str] = []
    for _ in range(2):
        async with open_documents(f"sqlite:{tmp_path / 'documents.db'}") as store:
            names.append(await _store_id(store))
    assert names[0] == names[1]


async def test_a_file_of_the_first_format_gets_a_name_and_keeps_its_documents(
    tmp_path: Path,
) -> None:
    path = tmp_path / "documents.db"
    with sqlite3.connect(path) as database:
        for statement in (*SCHEMA, "UPDATE newest SET revision = 7", "PRAGMA user_version = 1"):
            database.execute(statement)
    database.close()
    async with open_documents(f"sqlite:{path}") as store:
        assert await _store_id(store)
        assert await put(store, "a", "text") == 8


async def test_documents_of_a_file_that_is_older_than_access_lists_are_for_everyone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "documents.db"
    with sqlite3.connect(path) as database:
        for statement in (*SCHEMA, *NAMING, *LEASING):
            database.execute(statement)
        database.execute(
            "INSERT INTO documents VALUES (?, 'd', 1, 0, 0, '', '', '', NULL, '{}')", [TENANT]
        )
    database.close()
    async with open_documents(f"sqlite:{path}") as store:
        stored = await store.get_document(TENANT, "d")
        assert stored is not None
        assert stored.document.access == EVERYONE
        assert (await store.set_access(TENANT, ["d"], AccessList(frozenset()))).keys() == {"d"}


async def test_records_that_are_older_than_access_lists_are_for_everyone(
    mongo: MongoServer,
) -> None:
    name = f"test_{uuid4().hex}"
    async with (
        AsyncMongoClient[MongoRecord](mongo.patient_address(name)) as client,
        open_documents(mongo.patient_address(name)) as store,
    ):
        await put(store, "a", "text")
        await client[name]["documents"].update_many({}, {"$unset": {"access": ""}})
        (read,) = await store.get_passages(TENANT, ["a/0"])
        (change,) = await changes(store)
        assert read.access == change.passages[0].passage.access == EVERYONE
        assert await store.set_access(TENANT, ["a"], EVERYONE) == {}
        assert (await store.set_access(TENANT, ["a"], AccessList(frozenset()))).keys() == {"a"}


async def test_a_database_that_was_dropped_comes_back_with_another_name(
    mongo: MongoServer,
) -> None:
    name = f"test_{uuid4().hex}"
    async with (
        AsyncMongoClient[MongoRecord](mongo.patient_address(name)) as client,
        open_documents(mongo.patient_address(name)) as store,
    ):
        await put(store, "a", "text")
        before = await _store_id(store)
        await client.drop_database(name)
        empty = await store.changes_after(1, limit=1)
        assert (empty.newest, empty.store_id) == (0, "")
        await put(store, "b", "text")
        assert await _store_id(store) not in {"", before}


async def test_a_counter_without_a_name_gets_one_with_the_next_document(
    mongo: MongoServer,
) -> None:
    name = f"test_{uuid4().hex}"
    async with (
        AsyncMongoClient[MongoRecord](mongo.patient_address(name)) as client,
        open_documents(mongo.patient_address(name)) as store,
    ):
        await client[name]["counters"].insert_one({"_id": "revision", "value": 7})
        assert await put(store, "a", "text") == 8
        named = await _store_id(store)
        assert named
        await put(store, "b", "text")
        assert await _store_id(store) == named
        assert len(await changes(store)) == 2
