"""What only a store in MongoDB can get wrong."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from ssl import CERT_REQUIRED
from uuid import uuid4

import numpy as np
import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from askmesh.documents import DocumentStore, DocumentStoreUnavailableError
from askmesh.documents._mongo import mongo_documents
from askmesh.documents._mongo_publishing import ABANDONED_SECONDS, LEASE_SECONDS
from askmesh.documents._mongo_records import DOCUMENT_INDEXES, PASSAGE_INDEXES, MongoRecord
from askmesh.errors import StartupError
from askmesh.passages import EmbeddedPassage
from support.certificates import Authority, server_context
from support.documents import TENANT, changes, document, passages, put
from support.mongo_commands import Commands
from support.mongo_server import PATIENT, MongoServer
from support.tcp_proxy import TcpProxy, tcp_proxy

# What stands in the requests of a write, in the order of its steps, and in none before.
STAGING = b"staged"
INSERTING = b"embedding"
LEASING = b"lease\0"
COUNTING = b"$inc"
PUBLISHING = b"$addToSet"
READING_PASSAGES = b"find\0\x09\0\0\0passages\0"  # as a field of the command


class Clock:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def name() -> str:
    return f"test_{uuid4().hex}"


@pytest.fixture
async def proxy(mongo: MongoServer) -> AsyncGenerator[TcpProxy]:
    async with tcp_proxy(mongo.port) as running:
        yield running


@pytest.fixture
async def database(mongo: MongoServer, name: str) -> AsyncGenerator[AsyncDatabase[MongoRecord]]:
    async with AsyncMongoClient[MongoRecord](mongo.patient_address(name)) as client:
        yield client[name]


@pytest.fixture
async def direct(mongo: MongoServer, name: str) -> AsyncGenerator[DocumentStore]:
    async with mongo_documents(mongo.patient_address(name)) as store:
        yield store


@pytest.fixture
async def proxied(proxy: TcpProxy, name: str) -> AsyncGenerator[DocumentStore]:
    async with mongo_documents(f"mongodb://127.0.0.1:{proxy.port}/{name}?{PATIENT}") as store:
        yield store


async def test_the_indexes_that_were_declared_are_there(
    direct: DocumentStore, database: AsyncDatabase[MongoRecord]
) -> None:
    await put(direct, "d", "text")
    for collection, declared in (("documents", DOCUMENT_INDEXES), ("passages", PASSAGE_INDEXES)):
        information = await database[collection].index_information()
        found = {
            ",".join(field for field, _ in index["key"]): bool(index.get("unique"))
            for index in information.values()
        }
        assert found == {
            "_id": False,
            **{fields: bool(options.get("unique")) for fields, options in declared.items()},
        }


async def test_passages_are_read_by_one_command(mongo: MongoServer, name: str) -> None:
    commands = Commands()
    async with mongo_documents(mongo.patient_address(name), listeners=[commands]) as store:
        await put(store, "d", *map(str, range(300)))
        commands.sent.clear()
        found = await store.get_passages(TENANT, [f"d/{position}" for position in range(300)])
        assert len(found) == 300
        assert commands.names == ["aggregate"]


async def test_a_document_may_be_larger_than_a_record_of_the_database(
    direct: DocumentStore,
) -> None:
    texts = [f"{number} " + "x" * 4_000_000 for number in range(6)]
    revision = await put(direct, "d", *texts)
    (change,) = await changes(direct)
    assert change.revision == revision
    assert [one.passage.text for one in change.passages] == texts


async def test_a_follower_waits_for_a_writer_that_has_taken_a_revision(
    direct: DocumentStore, proxied: DocumentStore, proxy: TcpProxy
) -> None:
    before = await put(direct, "before", "text")
    proxy.hold(PUBLISHING)
    async with asyncio.TaskGroup() as tasks:
        slow = tasks.create_task(put(proxied, "slow", "text"))
        await proxy.holds.wait()
        after = await put(direct, "fast", "text")
        waiting = await direct.changes_after(before, limit=10)
        assert (waiting.changes, waiting.revision) == ((), before)
        proxy.release()
    assert before < slow.result() < after
    found = await changes(direct, after=before)
    assert [change.document_id for change in found] == ["slow", "fast"]


async def test_a_writer_that_hangs_is_passed_and_its_document_comes_later(
    mongo: MongoServer, name: str, proxied: DocumentStore, proxy: TcpProxy
) -> None:
    clock = Clock()
    async with mongo_documents(mongo.patient_address(name), clock=clock) as store:
        proxy.hold(PUBLISHING)
        async with asyncio.TaskGroup() as tasks:
            slow = tasks.create_task(put(proxied, "slow", "text"))
            await proxy.holds.wait()
            fast = await put(store, "fast", "text")
            assert (await store.changes_after(0, limit=10)).changes == ()
            clock.now = LEASE_SECONDS
            (change,) = (await store.changes_after(0, limit=10)).changes
            assert change.document_id == "fast"
            proxy.release()
        assert slow.result() > fast
        found = await changes(store, after=fast)
        assert [change.document_id for change in found] == ["slow"]


async def test_a_version_that_is_replaced_while_it_is_read_comes_in_its_new_form_only(
    direct: DocumentStore, proxied: DocumentStore, proxy: TcpProxy
) -> None:
    await put(direct, "d", "old", "old")
    other = await put(direct, "other", "text")
    proxy.hold(READING_PASSAGES)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(proxied.changes_after(0, limit=10))
        await proxy.holds.wait()
        await put(direct, "d", "new")
        proxy.release()
    page = reading.result()
    assert [change.document_id for change in page.changes] == ["other"]
    assert page.revision == other
    (change,) = await changes(proxied, after=other)
    assert [one.passage.text for one in change.passages] == ["new"]


async def test_a_write_whose_reply_is_lost_can_be_repeated(
    direct: DocumentStore,
    proxied: DocumentStore,
    proxy: TcpProxy,
    database: AsyncDatabase[MongoRecord],
) -> None:
    await put(proxied, "d", "oldest", "oldest")
    proxy.lose_reply_to(PUBLISHING)
    with pytest.raises(DocumentStoreUnavailableError):
        await put(proxied, "d", "old", "old", "old")
    assert proxy.replies_lost == 1
    stored = await direct.get_document(TENANT, "d")
    assert stored is not None
    assert stored.passage_count == 3
    revision = await put(proxied, "d", "new")
    assert [change.revision for change in await changes(direct)] == [revision]
    assert await database["passages"].count_documents({}) == 1


@pytest.mark.parametrize("step", [STAGING, INSERTING, LEASING, COUNTING, PUBLISHING])
async def test_a_write_that_fails_at_any_step_leaves_a_whole_version_and_can_be_repeated(
    mongo: MongoServer, name: str, proxied: DocumentStore, proxy: TcpProxy, step: bytes
) -> None:
    clock = Clock()
    async with mongo_documents(mongo.patient_address(name), clock=clock) as store:
        await put(store, "d", "old", "old")
        proxy.lose_reply_to(step)
        with pytest.raises(DocumentStoreUnavailableError):
            await put(proxied, "d", "new", "new", "new")
        texts = [one.text for one in await store.get_passages(TENANT, ["d/0", "d/1", "d/2"])]
        assert texts in (["old"] * 2, ["new"] * 3)
        revision = await put(store, "d", "newest")
        await store.changes_after(0, limit=10)
        clock.now = LEASE_SECONDS
        assert [change.revision for change in await changes(store)] == [revision]


async def test_versions_that_were_left_behind_are_removed_by_a_later_write(
    mongo: MongoServer,
    name: str,
    proxied: DocumentStore,
    proxy: TcpProxy,
    database: AsyncDatabase[MongoRecord],
) -> None:
    clock = Clock()
    async with mongo_documents(mongo.patient_address(name), clock=clock) as store:
        await put(store, "d", "old")
        proxy.lose_reply_to(LEASING)
        with pytest.raises(DocumentStoreUnavailableError):
            await put(proxied, "d", "abandoned", "abandoned")
        await put(store, "d", "newer")
        assert await database["passages"].count_documents({}) == 3
        async with mongo_documents(mongo.patient_address(name), clock=_much_later) as later:
            await put(later, "d", "newest")
    assert await database["passages"].count_documents({}) == 1
    record = await database["documents"].find_one({})
    assert record is not None
    assert (record["staged"], record["garbage"]) == ([], [])


def _much_later() -> float:
    return 1e11 + ABANDONED_SECONDS


async def test_of_versions_written_at_the_same_time_only_one_stays(
    direct: DocumentStore, database: AsyncDatabase[MongoRecord]
) -> None:
    async with asyncio.TaskGroup() as writers:
        for number in range(8):
            writers.create_task(put(direct, "d", *[str(number)] * 3))
    assert await database["passages"].count_documents({}) == 3
    record = await database["documents"].find_one({})
    assert record is not None
    assert (record["staged"], record["leases"], record["garbage"]) == ([], [], [])


async def test_vectors_are_stored_as_float32(
    direct: DocumentStore, database: AsyncDatabase[MongoRecord]
) -> None:
    owner = document("d")
    (one,) = passages(owner, "text")
    wide = np.arange(4, dtype=np.float32)
    await direct.put_document(TENANT, owner, [EmbeddedPassage(one.passage, wide)])
    record = await database["passages"].find_one({})
    assert record is not None
    assert len(record["embedding"]) == 16


async def test_mongodb_that_asks_for_a_certificate_gets_one_over_tls(
    mongo: MongoServer, name: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    server, client = authority.files("mongo"), authority.files("client")
    both = tmp_path / "combined.pem"
    assert client.certificate
    assert client.key
    both.write_bytes(client.certificate.read_bytes() + client.key.read_bytes())
    context = server_context(server)
    context.load_verify_locations(str(server.authority))
    context.verify_mode = CERT_REQUIRED
    async with tcp_proxy(mongo.port, tls=context) as proxy:
        address = f"mongodb://localhost:{proxy.port}/{name}?directConnection=true"
        files = f"tlsCAFile={authority.path}&tlsCertificateKeyFile={both}"
        async with mongo_documents(f"{address}&tls=true&{files}") as store:
            await put(store, "a")
            assert (await store.get_document(TENANT, "a")) is not None


async def test_certificates_of_mongodb_that_cannot_be_read_end_the_start() -> None:
    with pytest.raises(StartupError, match="/nowhere"):
        async with mongo_documents("mongodb://localhost/?tls=true&tlsCAFile=/nowhere"):
            pass
