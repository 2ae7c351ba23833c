"""What a store in MongoDB asks of the server: by indexes, by majority, nothing to be repeated."""

from uuid import uuid4

import pytest

from askmesh.documents import DocumentStoreUnavailableError
from askmesh.documents._mongo import mongo_documents
from askmesh.documents._mongo_records import DOCUMENT_INDEXES, PASSAGE_INDEXES
from support.documents import TENANT, put
from support.mongo_commands import Commands, Query, is_served
from support.mongo_server import PATIENT, MongoServer
from support.tcp_proxy import tcp_proxy

INDEXES = {
    "documents": [["_id"], *(fields.split(",") for fields in DOCUMENT_INDEXES)],
    "passages": [["_id"], *(fields.split(",") for fields in PASSAGE_INDEXES)],
    "counters": [["_id"]],
    "leases": [["_id"]],
}
LONG = 3600.0


@pytest.fixture
async def everything(mongo: MongoServer) -> Commands:
    """What is sent when everything is done that a store can do."""
    commands = Commands()
    address = mongo.patient_address(f"test_{uuid4().hex}")
    async with mongo_documents(address, listeners=[commands]) as store:
        await put(store, "a", "text", "another text")
        await put(store, "a", "newer text")
        await put(store, "b", *map(str, range(1200)))
        await store.delete_document(TENANT, "b")
        await store.delete_document(TENANT, "never")
        await store.get_document(TENANT, "a")
        await store.list_documents(TENANT, after="", limit=10)
        await store.get_passages(TENANT, ["a/0", "a/1"])
        await store.changes_after(0, limit=10)
        await store.changes_after(1, limit=10)
        await store.count(TENANT)
        await store.last_change(TENANT)
        await store.lease(TENANT, "a", "owner", seconds=LONG)
        await store.lease(TENANT, "a", "other", seconds=LONG)
        await store.release(TENANT, "a", "owner")
    return commands


async def test_every_query_is_served_by_an_index(everything: Commands) -> None:
    queries = list(everything.queries())
    assert {query.collection for query in queries} == INDEXES.keys()
    assert [query for query in queries if not is_served(query, INDEXES[query.collection])] == []


@pytest.mark.parametrize(
    "query",
    [
        Query("documents", {"title": "Guide"}),
        Query("documents", {"document_id": "a"}),
        Query("documents", {"tenant": "t"}, ["title"]),
        Query("documents", {}, ["revision"]),
        Query("passages", {"tenant": {"$gt": "a"}}, ["passage_id"]),
        Query("passages", {"version": {"$in": [b""]}}, ["text"]),
        Query("passages", {"version": {"$in": [b""]}}, ["position"]),
    ],
)
def test_a_query_without_an_index_would_be_noticed(query: Query) -> None:
    assert not is_served(query, INDEXES[query.collection])


async def test_writes_are_acknowledged_by_a_majority_and_never_repeated_by_the_driver(
    everything: Commands,
) -> None:
    assert {*everything.names} >= {"insert", "update", "delete", "findAndModify"}
    for command in everything.writes:
        assert command["writeConcern"] == {"w": "majority", "j": True}
        assert "txnNumber" not in command


async def test_reads_see_what_a_majority_has(everything: Commands) -> None:
    reads = [each for each in everything.sent if {"find", "aggregate"} & each.keys()]
    assert {str(each["readConcern"]["level"]) for each in reads} == {"majority"}


async def test_passages_are_written_in_bulk(everything: Commands) -> None:
    inserts = [each for each in everything.sent if "insert" in each]
    # Three documents of 2, 1 and 1200 passages; at most 500 go at once.
    assert len(inserts) == 1 + 1 + 3


async def test_a_lease_whose_reply_is_lost_can_be_taken_again(mongo: MongoServer) -> None:
    name = f"test_{uuid4().hex}"
    async with (
        tcp_proxy(mongo.port) as proxy,
        mongo_documents(f"mongodb://127.0.0.1:{proxy.port}/{name}?{PATIENT}") as store,
    ):
        await store.get_document(TENANT, "a")
        proxy.lose_reply_to(b"leases\0")
        with pytest.raises(DocumentStoreUnavailableError):
            await store.lease(TENANT, "a", "owner", seconds=LONG)
        assert await store.lease(TENANT, "a", "owner", seconds=LONG)
        assert not await store.lease(TENANT, "a", "other", seconds=LONG)
