"""Retrieval that follows the documents as they change."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count
from pathlib import Path

import pytest
from pydantic import SecretStr

from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    RetrievalMode,
    WatchRevisionsRequest,
)
from askmesh.retrieval.wiring import indexes
from askmesh.rpc import calling_as
from support.household import documents_of_a_household
from support.indexing import documents as indexed
from support.indexing import passage
from support.retrieval import (
    QUICK,
    FailingDocuments,
    Running,
    found,
    reasons,
    running,
    running_on_disk,
    store,
    until_indexed,
)

KEYWORD = RetrievalMode.RETRIEVAL_MODE_KEYWORD


@pytest.fixture
async def documents() -> FailingDocuments:
    return await documents_of_a_household()


@pytest.fixture
async def service(documents: FailingDocuments) -> AsyncGenerator[Running]:
    async with running(documents=documents) as service:
        yield service


async def test_each_document_store_has_indexes_of_its_own_that_outlive_the_service(
    tmp_path: Path,
) -> None:
    async def revision(documents: str) -> int:
        settings = QUICK.model_copy(update={"home": tmp_path, "documents": SecretStr(documents)})
        async with indexes(settings, dimension=8) as (keywords, _):
            before = keywords.revision
            await keywords.apply(indexed(passage("a", "kettle")), revision=before + 1)
            return before

    asked = ["sqlite:one", "sqlite:two", "sqlite:one", "memory:", "memory:"]
    assert [await revision(documents) for documents in asked] == [0, 0, 1, 0, 0]
    assert len(list((tmp_path / "indexes").iterdir())) == len({"sqlite:one", "sqlite:two"})
    passwords = ["mongodb://me:old@host/mesh", "mongodb://me:new@host/mesh", "mongodb://host/mesh"]
    assert [await revision(documents) for documents in passwords] == [0, 1, 2]


async def test_new_document_is_found_without_a_restart(
    service: Running, documents: FailingDocuments
) -> None:
    revision = await store(documents, "zebra", "zebras have stripes")
    await until_indexed(service, revision)
    assert found(await service.retrieve("stripes", mode=KEYWORD)) == ["zebra-0"]


async def test_the_store_is_asked_for_changes_as_often_as_the_settings_say(
    documents: FailingDocuments,
) -> None:
    seldom = QUICK.model_copy(update={"poll_seconds": 3600.0})
    async with (
        running(documents=documents) as often_asking,
        running(settings=seldom, documents=documents) as seldom_asking,
    ):
        for text in ("one", "two", "three"):
            await until_indexed(often_asking, await store(documents, "new", text))
        assert found(await often_asking.retrieve("three", mode=KEYWORD)) == ["new-0"]
        assert found(await seldom_asking.retrieve("one two three", mode=KEYWORD)) == []


async def test_changed_document_is_found_by_its_new_text_only(
    service: Running, documents: FailingDocuments
) -> None:
    await until_indexed(service, await store(documents, "lamp", "candles burn"))
    assert found(await service.retrieve("bulb", mode=KEYWORD)) == []
    assert found(await service.retrieve("candles", mode=KEYWORD)) == ["lamp-0"]


async def test_deleted_document_is_not_found(service: Running, documents: FailingDocuments) -> None:
    await until_indexed(service, await documents.delete_document("default", "kettle"))
    assert "kettle-0" not in found(await service.retrieve("kettle"))


async def test_following_goes_on_after_an_outage_of_the_store(
    service: Running, documents: FailingDocuments
) -> None:
    documents.down = True
    documents.asked.clear()
    await documents.asked.wait()
    revision = await store(documents, "zebra", "zebras have stripes")
    documents.down = False
    await until_indexed(service, revision)
    assert found(await service.retrieve("stripes", mode=KEYWORD)) == ["zebra-0"]


async def test_index_status_is_of_the_callers_tenant(
    service: Running, documents: FailingDocuments
) -> None:
    revision = await store(documents, "new", "of others", tenant="other")
    await until_indexed(service, revision)
    status = await service.stub.GetIndexStatus(GetIndexStatusRequest(), timeout=60)
    seen = status.indexed_revision, status.tenant_revision, status.passage_count
    assert seen == (4, 2, 3)
    assert status.HasField("change_time")
    with calling_as("other"):
        status = await service.stub.GetIndexStatus(GetIndexStatusRequest(), timeout=60)
    assert (status.passage_count, status.tenant_revision) == (2, 4)


async def test_changes_are_told_to_whoever_watches(documents: FailingDocuments) -> None:
    async with running(documents=documents) as service:
        watched = service.stub.WatchRevisions(WatchRevisionsRequest(), timeout=60)
        messages = aiter(watched)
        assert dict((await anext(messages)).tenant_revisions) == {"default": 2, "other": 3}
        revision = await store(documents, "new", "words", tenant="other")
        while not (told := await anext(messages)).tenant_revisions:
            pass
        assert dict(told.tenant_revisions) == {"other": revision}


async def test_empty_collection_has_no_change_time_and_finds_nothing() -> None:
    async with running() as service:
        status = await service.stub.GetIndexStatus(GetIndexStatusRequest(), timeout=60)
        assert (status.indexed_revision, status.passage_count) == (0, 0)
        assert not status.HasField("change_time")
        assert found(await service.retrieve("anything")) == []


async def test_restarted_replica_serves_from_its_indexes_while_the_store_is_down(
    documents: FailingDocuments, tmp_path: Path
) -> None:
    async with running_on_disk(tmp_path, documents):
        pass
    documents.down = True
    async with running_on_disk(tmp_path, documents) as service:
        response = await service.retrieve("kettle water")
    assert found(response)[0] == "kettle-0"
    assert response.indexed_revision == 3
    assert reasons(response) == ["DOCUMENT_STORE_UNAVAILABLE"]


async def test_searches_are_answered_while_documents_change(
    documents: FailingDocuments, tmp_path: Path
) -> None:
    """A document that is replaced over and over is always found, in one of its versions."""
    async with running_on_disk(tmp_path, documents) as service, asyncio.TaskGroup() as tasks:
        changing = tasks.create_task(_replace_forever(documents))
        last = 0
        for _ in range(30):
            response = await service.retrieve("kettle", mode=KEYWORD)
            assert found(response) == ["kettle-0"]
            assert response.indexed_revision >= last
            last = response.indexed_revision
            await until_indexed(service, last + 1)
        changing.cancel()


async def _replace_forever(documents: FailingDocuments) -> None:
    for number in count():
        await store(documents, "kettle", f"the kettle boils water {number}")
        await asyncio.sleep(0)
