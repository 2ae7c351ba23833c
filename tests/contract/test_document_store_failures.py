"""What document stores keep when processes die, and what they say when they do not work."""

import asyncio
import gc
import sqlite3
from collections.abc import Coroutine, Generator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from askmesh.documents import DocumentStore, DocumentStoreUnavailableError, open_documents
from askmesh.errors import StartupError
from support.document_writer import TEXTS, acknowledged, document_writer
from support.documents import TENANT, changes, put
from support.mongo_server import MongoServer, mongo_server

IMPATIENT = "serverSelectionTimeoutMS=600"  # the driver looks again after half a second

# A client of MongoDB that is closed while it connects leaves its socket to the collector.
MAY_LEAVE_SOCKETS = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def garbage() -> Generator[None]:
    """Collect what the test leaves, while its filters of warnings hold."""
    yield
    gc.collect()


@pytest.fixture(params=["sqlite", "mongo"])
def shared_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'folder' / 'documents.db'}"
    mongo: MongoServer = request.getfixturevalue("mongo")
    return mongo.patient_address(f"test_{uuid4().hex}")


async def _assert_whole(store: DocumentStore, names: Sequence[str]) -> None:
    for name in names:
        found = await store.get_passages(TENANT, [f"{name}/{position}" for position in range(3)])
        assert [one.text for one in found] == list(TEXTS)


async def test_what_a_killed_process_has_written_stays(shared_address: str) -> None:
    async with document_writer(shared_address) as process:
        names = await acknowledged(process, 20)
    async with open_documents(shared_address) as store:
        await _assert_whole(store, names)
        await put(store, "d0", "new")
        assert [one.text for one in await store.get_passages(TENANT, ["d0/0"])] == ["new"]


async def test_processes_see_what_others_write_while_they_write(shared_address: str) -> None:
    async with document_writer(shared_address) as process, open_documents(shared_address) as store:
        names = await acknowledged(process, 10)
        await _assert_whole(store, names)
        revision = await put(store, "ours", "text")
        seen = {change.document_id for change in await changes(store)}
        assert {*names, "ours"} <= seen
        while (await store.count(TENANT)).revision == revision:
            await acknowledged(process, 1)


@MAY_LEAVE_SOCKETS
@pytest.mark.usefixtures("garbage")
async def test_the_store_comes_back_with_the_server_and_all_that_was_acknowledged(
    mongo: MongoServer, tmp_path: Path
) -> None:
    assert mongo.port  # where it cannot run, neither can one that is killed
    with mongo_server(tmp_path) as server:
        async with open_documents(f"{server.address('documents')}?{IMPATIENT}") as store:
            enough = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(_write_until_it_fails(store, enough))
                await enough.wait()
                server.kill()
            names, error = writing.result()
            assert error.reason == "DOCUMENT_STORE_UNAVAILABLE"
            with pytest.raises(DocumentStoreUnavailableError):
                await store.get_passages(TENANT, ["d0/0"])
            server.start()
            while not await _is_back(store):
                pass
            await _assert_whole(store, names)
            await put(store, "after", "text")


async def _is_back(store: DocumentStore) -> bool:
    try:
        await store.count(TENANT)
    except DocumentStoreUnavailableError:
        return False
    return True


async def _write_until_it_fails(
    store: DocumentStore, enough: asyncio.Event
) -> tuple[list[str], DocumentStoreUnavailableError]:
    names: list[str] = []
    while True:
        try:
            await put(store, f"d{len(names)}", *TEXTS)
        except DocumentStoreUnavailableError as error:
            if enough.is_set():
                return names, error
            continue  # a busy machine answers an impatient driver late
        names.append(f"d{len(names)}")
        if len(names) == 20:
            enough.set()


@MAY_LEAVE_SOCKETS
@pytest.mark.usefixtures("garbage")
async def test_a_mongodb_that_is_not_there_holds_up_no_start_and_is_reported() -> None:
    address = f"mongodb://127.0.0.1:1/documents?{IMPATIENT}"
    async with open_documents(address) as store, asyncio.TaskGroup() as calls:
        for call in (
            store.changes_after(0, limit=1),
            store.count(TENANT),
            store.delete_document(TENANT, "d"),
            store.get_document(TENANT, "d"),
            store.get_passages(TENANT, ["d/0"]),
            put(store, "d", "text"),
        ):
            calls.create_task(_assert_unavailable(call))


async def _assert_unavailable(call: Coroutine[object, object, object]) -> None:
    with pytest.raises(DocumentStoreUnavailableError):
        await call


async def test_a_file_that_is_not_a_database_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "documents.db"
    path.write_text("This is not a database. " * 100, encoding="utf-8")
    with pytest.raises(DocumentStoreUnavailableError):
        async with open_documents(f"sqlite:{path}"):
            pass


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DocumentStoreUnavailableError):
        async with open_documents(f"sqlite:{tmp_path / 'file' / 'documents.db'}"):
            pass


async def test_a_file_of_another_format_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "documents.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(DocumentStoreUnavailableError, match="99"):
        async with open_documents(f"sqlite:{path}"):
            pass


@pytest.mark.parametrize(
    "address", ["", "sqlite:", "postgres://host", "/a/path", "mongodb://", "mongodb://host:port"]
)
async def test_an_address_that_is_wrong_is_refused(address: str) -> None:
    with pytest.raises(StartupError):
        async with open_documents(address):
            pass


async def test_stores_may_open_a_new_file_at_the_same_time(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'documents.db'}"
    async with asyncio.TaskGroup() as tasks:
        for number in range(8):
            tasks.create_task(_open_and_put(address, f"d{number}"))
    async with open_documents(address) as store:
        assert (await store.count(TENANT)).documents == 8


async def _open_and_put(address: str, name: str) -> None:
    async with open_documents(address) as store:
        await put(store, name, "text")
