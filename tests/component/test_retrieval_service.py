"""The retrieval service over gRPC, with documents and indexes in memory."""

from collections.abc import AsyncGenerator

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import SecretStr

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievalMode,
    RetrievePassagesRequest,
)
from askmesh.caching import MemoryCache
from askmesh.errors import StartupError
from askmesh.retrieval.wiring import indexes, retrieval_service
from askmesh.rpc import calling_as, field_violations_of, reason_of
from support.household import documents_of_a_household
from support.indexing import TENANT, passage
from support.indexing import documents as indexed
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

KEYWORD = RetrievalMode.RETRIEVAL_MODE_KEYWORD
VECTOR = RetrievalMode.RETRIEVAL_MODE_VECTOR


@pytest.fixture
async def documents() -> FailingDocuments:
    return await documents_of_a_household()


@pytest.fixture
async def service(documents: FailingDocuments) -> AsyncGenerator[Running]:
    async with running(documents=documents) as service:
        yield service


async def test_best_passage_comes_first_with_its_ranks(service: Running) -> None:
    response = await service.retrieve("kettle water")
    assert found(response)[0] == "kettle-0"
    assert response.passages[0].passage.text == "the kettle boils water"
    assert (response.passages[0].keyword_rank, response.passages[0].vector_rank) == (1, 1)
    assert response.passages[0].score > response.passages[1].score
    assert response.indexed_revision == 2  # the third is of another tenant
    assert reasons(response) == []


async def test_keyword_mode_leaves_vectors_out(service: Running) -> None:
    service.embedder.down = True
    response = await service.retrieve("bulb", mode=KEYWORD)
    assert found(response) == ["lamp-1"]
    assert not response.passages[0].HasField("vector_rank")
    assert reasons(response) == []


async def test_vector_mode_leaves_keywords_out(service: Running) -> None:
    service.keywords.down = True
    response = await service.retrieve("bulb", mode=VECTOR)
    assert found(response)[0] == "lamp-1"
    assert not response.passages[0].HasField("keyword_rank")
    assert reasons(response) == []


async def test_page_size_limits_the_passages(service: Running) -> None:
    assert len((await service.retrieve("the", page_size=2)).passages) == 2
    assert len((await service.retrieve("the", page_size=100_000)).passages) == 3


async def test_other_tenants_passages_are_never_found(service: Running) -> None:
    assert "secret-0" not in found(await service.retrieve("kettle of another tenant"))
    with calling_as("other"):
        assert found(await service.retrieve("kettle")) == ["secret-0"]


async def test_filter_narrows_both_searches(service: Running) -> None:
    only = Filter(sources=["home/kitchen.md"])
    assert found(await service.retrieve("lamp", passage_filter=only)) == ["kettle-0"]
    named = Filter(sources=["kitchen.md"])
    assert found(await service.retrieve("lamp", passage_filter=named)) == ["kettle-0"]
    since = Filter(modified_after_time=Timestamp(seconds=1714521600))
    response = await service.retrieve("kettle", passage_filter=since)
    assert set(found(response)) == {"lamp-0", "lamp-1"}


async def test_collection_is_counted_whatever_the_filter_and_the_other_tenants(
    service: Running,
) -> None:
    nowhere = await service.retrieve("lamp", passage_filter=Filter(sources=["nowhere.md"]))
    assert (found(nowhere), nowhere.collection_passage_count) == ([], 3)
    with calling_as("other"):
        assert (await service.retrieve("lamp")).collection_passage_count == 1
    with calling_as("newcomer"):
        assert (await service.retrieve("lamp")).collection_passage_count == 0


async def test_filter_is_part_of_each_search_and_not_only_of_its_results(
    documents: FailingDocuments,
) -> None:
    one_each = QUICK.model_copy(update={"candidates_per_index": 1})
    async with running(settings=one_each, documents=documents) as service:
        for mode in (KEYWORD, VECTOR):
            only = Filter(sources=["home/lamp.md"])
            response = await service.retrieve(
                "the kettle boils water", mode=mode, passage_filter=only, page_size=1
            )
            assert found(response) == ["lamp-0"]


@pytest.mark.parametrize(
    ("keyword_weight", "vector_weight", "first"), [(1, 0.01, "lamp-1"), (0.01, 1, "many-0")]
)
async def test_weights_say_whose_first_passage_comes_first(
    documents: FailingDocuments, keyword_weight: float, vector_weight: float, first: str
) -> None:
    await store(documents, "many", "the the the the the")
    weights = {"keyword_weight": keyword_weight, "vector_weight": vector_weight}
    async with running(settings=QUICK.model_copy(update=weights), documents=documents) as service:
        query = "the the the bulb"
        assert found(await service.retrieve(query, mode=KEYWORD))[0] == "lamp-1"
        assert found(await service.retrieve(query, mode=VECTOR))[0] == "many-0"
        assert found(await service.retrieve(query))[0] == first


async def test_no_more_passages_of_each_search_are_fused_than_the_settings_say(
    documents: FailingDocuments,
) -> None:
    await store(documents, "many", "the the the the the")
    single = QUICK.model_copy(update={"candidates_per_index": 1})
    async with running(settings=single, documents=documents) as service:
        (best,) = (await service.retrieve("the the the bulb", page_size=1)).passages
    assert best.HasField("keyword_rank") != best.HasField("vector_rank")


@pytest.mark.parametrize(
    ("boosts", "first"),
    [
        ({"title_boost": 5.0, "headings_boost": 0.0}, "titled"),
        ({"title_boost": 0.0, "headings_boost": 5.0}, "headed"),
    ],
)
async def test_titles_and_headings_count_as_the_settings_say(
    boosts: dict[str, float], first: str
) -> None:
    settings = QUICK.model_copy(update={"documents": SecretStr("memory:"), **boosts})
    titled = passage("titled", "other words", title="kettle", headings=("lamp",))
    headed = passage("headed", "other words", title="lamp", headings=("kettle",))
    async with indexes(settings, dimension=8) as (keywords, _):
        await keywords.apply(indexed(titled, headed), revision=1)
        hits = await keywords.search(TENANT, "kettle", limit=2)
    assert hits[0].passage_id == first


@pytest.mark.parametrize(
    ("setting", "reason"),
    [("cache", "CACHE_ADDRESS_INVALID"), ("documents", "DOCUMENTS_ADDRESS_INVALID")],
)
async def test_a_service_does_not_start_where_an_address_of_its_settings_names_nothing(
    setting: str, reason: str
) -> None:
    addresses = {"documents": SecretStr("memory:"), setting: SecretStr("nowhere:")}
    wrong = {"metrics_address": "127.0.0.1:0", **addresses}
    with pytest.raises(StartupError) as caught:
        async with retrieval_service(QUICK.model_copy(update=wrong)):
            pass
    assert caught.value.reason == reason


async def test_misspelt_query_is_searched_as_the_documents_spell_it(service: Running) -> None:
    response = await service.retrieve("what boils in the kettel", mode=KEYWORD)
    assert found(response)[0] == "kettle-0"
    assert response.corrected_query == "what boils in the kettle"
    assert (await service.retrieve("what boils in the kettle")).corrected_query == ""


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "QUERY_EMPTY"),
        (" \n\t ", "QUERY_EMPTY"),
        ("x" * 4001, "QUERY_TOO_LONG"),
        ("?!... --", "QUERY_NOT_TEXT"),
        ("bell\x07", "QUERY_NOT_TEXT"),
        ("😀", "QUERY_NOT_TEXT"),
    ],
)
async def test_unfit_query_is_refused_with_a_reason(
    service: Running, query: str, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.retrieve(query)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == reason
    assert field_violations_of(caught.value) == ["query"]


@pytest.mark.parametrize(
    ("passage_filter", "field"),
    [
        (Filter(sources=[str(number) for number in range(101)]), "sources"),
        (Filter(document_ids=[str(number) for number in range(1001)]), "document_ids"),
        (Filter(attributes={str(number): "" for number in range(21)}), "attributes"),
        (Filter(modified_after_time=Timestamp(seconds=2**40)), "modified_after_time"),
        (
            Filter(
                modified_after_time=Timestamp(seconds=9),
                modified_before_time=Timestamp(seconds=9),
            ),
            "modified_before_time",
        ),
    ],
)
async def test_unfit_filter_is_refused_with_its_field(
    service: Running, passage_filter: Filter, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.retrieve("lamp", passage_filter=passage_filter)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "FILTER_INVALID"
    assert field_violations_of(caught.value) == [f"filter.{field}"]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (RetrievePassagesRequest(query="lamp", page_size=-1), "PAGE_SIZE_INVALID"),
        (RetrievePassagesRequest.FromString(b"\x0a\x04lamp\x20\x63"), "MODE_UNKNOWN"),
    ],
)
async def test_other_unfit_fields_are_refused(
    service: Running, request_: RetrievePassagesRequest, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await service.stub.RetrievePassages(request_, timeout=60)
    assert reason_of(caught.value) == reason


async def test_each_step_of_a_search_is_timed(service: Running) -> None:
    await service.retrieve("kettle")
    steps = "spelling keyword_search embedding vector_search fusion passages"
    value = service.metrics.registry.get_sample_value
    timed = [value("askmesh_stage_duration_seconds_count", {"stage": s}) for s in steps.split()]
    assert timed == [1] * 6


async def test_an_equal_search_is_made_once_while_documents_stay_as_they_are() -> None:
    async with running(cache=MemoryCache(1_000_000)) as service:
        await until_indexed(service, await store(service.documents, "kettle", "the kettle boils"))
        first = await service.retrieve("kettle boils")
        assert await service.retrieve("kettle boils") == first
        assert service.embedder.queries == 1
        await service.retrieve("kettle boils", page_size=1)
        await service.retrieve("kettle boils", passage_filter=Filter(sources=["x"]))
        assert service.embedder.queries == 3
        await until_indexed(service, await store(service.documents, "lamp", "kettle boils too"))
        assert len(found(await service.retrieve("kettle boils"))) == 2
