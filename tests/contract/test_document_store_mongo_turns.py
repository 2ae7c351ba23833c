"""Callers of a store in MongoDB wait for its connections in the order in which they came."""

import asyncio
from uuid import uuid4

import pytest

from askmesh.documents import DocumentStore, DocumentStoreUnavailableError
from askmesh.documents._mongo import mongo_documents
from askmesh.documents._mongo_records import document_key
from support.documents import TENANT
from support.mongo_commands import Commands
from support.mongo_server import PATIENT, MongoServer
from support.tcp_proxy import tcp_proxy

ONE_CONNECTION = "&maxPoolSize=1"


async def test_a_caller_that_comes_back_overtakes_nobody_who_waits(mongo: MongoServer) -> None:
    commands = Commands()
    address = mongo.patient_address(f"test_{uuid4().hex}") + ONE_CONNECTION
    async with mongo_documents(address, listeners=[commands]) as store:
        await store.get_document(TENANT, "first")  # connects
        commands.sent.clear()
        async with asyncio.TaskGroup() as callers:
            for name in ("a", "b", "c"):
                callers.create_task(_look_up_twice(store, name))
    looked_up = [command["filter"]["_id"] for command in commands.sent]
    assert looked_up == [document_key(TENANT, name) for name in "abcabc"]


async def test_a_call_that_gets_no_connection_in_time_is_told_so(mongo: MongoServer) -> None:
    name = f"test_{uuid4().hex}"
    async with tcp_proxy(mongo.port) as proxy:
        address = f"mongodb://127.0.0.1:{proxy.port}/{name}?{PATIENT}{ONE_CONNECTION}&waitQueueTimeoutMS=50"
        async with mongo_documents(address) as store:
            await store.get_document(TENANT, "first")
            proxy.fall_silent()
            hanging = asyncio.create_task(store.get_document(TENANT, "hangs"))
            with pytest.raises(DocumentStoreUnavailableError, match="busy"):
                await asyncio.gather(hanging, store.get_document(TENANT, "waits"))
            hanging.cancel()
            await asyncio.wait([hanging])


async def test_who_waits_for_a_connection_is_told_how_long(mongo: MongoServer) -> None:
    waits: list[float] = []
    address = mongo.patient_address(f"test_{uuid4().hex}") + ONE_CONNECTION
    async with mongo_documents(address, on_wait=waits.append) as store:
        await store.get_document(TENANT, "first")
        async with asyncio.TaskGroup() as callers:
            for name in ("a", "b"):
                callers.create_task(store.get_document(TENANT, name))
    first, second, third = waits
    assert max(first, second) < third


async def test_a_pool_without_a_limit_lets_all_in(mongo: MongoServer) -> None:
    address = mongo.patient_address(f"test_{uuid4().hex}") + "&maxPoolSize=0"
    async with mongo_documents(address) as store:
        assert await store.get_document(TENANT, "none") is None


async def _look_up_twice(store: DocumentStore, name: str) -> None:
    for _ in range(2):
        await store.get_document(TENANT, name)
