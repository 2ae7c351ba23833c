"""Retrieval while a search, the embedder or the documents fail."""

from collections.abc import AsyncGenerator

import grpc
import pytest

from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievalMode,
)
from askmesh.caching import MemoryCache
from askmesh.rpc import reason_of
from support.household import documents_of_a_household
from support.retrieval import (
    QUICK,
    FailingDocuments,
    Running,
    found,
    reasons,
    running,
    store,
    until_indexed,
)

VECTOR = RetrievalMode.RETRIEVAL_MODE_VECTOR


@pytest.fixture
async def documents() -> FailingDocuments:
    return await documents_of_a_household()


@pytest.fixture
async def service(documents: FailingDocuments) -> AsyncGenerator[Running]:
    async with running(documents=documents) as service:
        yield service


async def test_a_search_that_takes_longer_than_the_settings_say_is_left_out(
    documents: FailingDocuments,
) -> None:
    hasty = QUICK.model_copy(update={"search_seconds": 1.0})
    async with running(settings=hasty, documents=documents) as service:
        service.embedder.delay_seconds = 60
        response = await service.retrieve("bulb")
    assert reasons(response) == ["VECTOR_SEARCH_UNAVAILABLE"]


async def test_query_is_searched_as_it_is_when_its_spelling_cannot_be_checked(
    service: Running,
) -> None:
    service.keywords.down = True
    response = await service.retrieve("what boils in the kettel")
    assert response.corrected_query == ""
    assert reasons(response) == ["KEYWORD_SEARCH_UNAVAILABLE"]


async def test_failing_embedder_leaves_keyword_search(service: Running) -> None:
    service.embedder.down = True
    response = await service.retrieve("kettle")
    assert found(response) == ["kettle-0"]
    assert reasons(response) == ["VECTOR_SEARCH_UNAVAILABLE"]
    labels = {"reason": "vector_search_unavailable"}
    value = service.metrics.registry.get_sample_value
    assert value("askmesh_degradations_total", labels) == 1


async def test_stuck_embedder_leaves_keyword_search_within_the_deadline(service: Running) -> None:
    service.embedder.stuck = True
    response = await service.retrieve("kettle", timeout=3)
    assert found(response) == ["kettle-0"]
    assert reasons(response) == ["VECTOR_SEARCH_UNAVAILABLE"]


@pytest.mark.parametrize(
    ("failure", "why"), [("down", "The embedder is down."), ("stuck", "it took too long")]
)
async def test_the_log_says_why_a_search_is_left_out(
    documents: FailingDocuments, caplog: pytest.LogCaptureFixture, failure: str, why: str
) -> None:
    settings = QUICK.model_copy(update={"search_seconds": 1.0})
    async with running(settings=settings, documents=documents) as service:
        setattr(service.embedder, failure, True)
        await service.retrieve("kettle")
    assert f"A search is left out: {why}" in caplog.messages


async def test_failing_keyword_index_leaves_vector_search(service: Running) -> None:
    service.keywords.down = True
    response = await service.retrieve("kettle boils")
    assert found(response)[0] == "kettle-0"
    assert reasons(response) == ["KEYWORD_SEARCH_UNAVAILABLE"]


async def test_both_searches_failing_is_unavailable(service: Running) -> None:
    service.keywords.down = service.embedder.down = True
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.retrieve("kettle")
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert reason_of(caught.value) == "SEARCH_UNAVAILABLE"


async def test_only_search_asked_for_failing_is_unavailable(service: Running) -> None:
    service.embedder.down = True
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.retrieve("kettle", mode=VECTOR)
    assert reason_of(caught.value) == "SEARCH_UNAVAILABLE"


async def test_failing_document_store_leaves_the_indexs_own_copies(
    service: Running, documents: FailingDocuments
) -> None:
    whole = await service.retrieve("bulb")
    documents.down = True
    response = await service.retrieve("bulb")
    assert list(response.passages) == list(whole.passages)
    assert reasons(response) == ["DOCUMENT_STORE_UNAVAILABLE"]


async def test_stuck_document_store_leaves_the_indexs_own_copies(
    documents: FailingDocuments,
) -> None:
    settings = QUICK.model_copy(update={"documents_seconds": 0.05})
    async with running(settings=settings, documents=documents) as service:
        documents.stuck = True
        for _ in range(3):
            response = await service.retrieve("bulb")
            assert found(response)[0] == "lamp-1"
            assert reasons(response) == ["DOCUMENT_STORE_UNAVAILABLE"]


async def test_a_search_that_went_without_something_is_made_again() -> None:
    async with running(cache=MemoryCache(1_000_000)) as service:
        await until_indexed(service, await store(service.documents, "kettle", "the kettle boils"))
        service.embedder.down = True
        assert reasons(await service.retrieve("kettle")) == ["VECTOR_SEARCH_UNAVAILABLE"]
        service.embedder.down = False
        assert not reasons(await service.retrieve("kettle"))
