"""The retrieval service over gRPC, with documents and indexes in memory."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import SecretStr

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    RetrievalMode,
    RetrievePassagesRequest,
    WatchRevisionsRequest,
)
from askmesh.caching import MemoryCache
from askmesh.errors import StartupError
from askmesh.retrieval.wiring import indexes, retrieval_service
from askmesh.rpc import calling_as, field_violations_of, reason_of
from support.indexing import TENANT, passage
from support.indexing import documents as indexed
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
VECTOR = RetrievalMode.RETRIEVAL_MODE_VECTOR


@pytest.fixture
async def documents() -> FailingDocuments:
    documents = FailingDocuments()
    await store(documents, "kettle", "the kettle boils water", source="home/kitchen.md")
    await store(
        documents,
        "lamp",
        "the lamp gives light",
        "the lamp needs a bulb",
        source="home/lamp.md",
        modified_time=datetime(2024, 5, 1, tzinfo=UTC),
    )
    await store(documents, "secret", "the kettle of another tenant", tenant="other")
    return documents


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


async def test_a_search_that_takes_longer_than_the_settings_say_is_left_out(
    documents: FailingDocuments,
) -> None:
    hasty = QUICK.model_copy(update={"search_seconds": 1.0})
    async with running(settings=hasty, documents=documents) as service:
        service.embedder.delay_seconds = 60
        response = await service.retrieve("bulb")
    assert reasons(response) == ["VECTOR_SEARCH_UNAVAILABLE"]


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


async def test_query_is_searched_as_it_is_when_its_spelling_cannot_be_checked(
    service: Running,
) -> None:
    service.keywords.down = True
    response = await service.retrieve("what boils in the kettel")
    assert response.corrected_query == ""
    assert reasons(response) == ["KEYWORD_SEARCH_UNAVAILABLE"]


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


async def test_a_search_that_went_without_something_is_made_again() -> None:
    async with running(cache=MemoryCache(1_000_000)) as service:
        await until_indexed(service, await store(service.documents, "kettle", "the kettle boils"))
        service.embedder.down = True
        assert reasons(await service.retrieve("kettle")) == ["VECTOR_SEARCH_UNAVAILABLE"]
        service.embedder.down = False
        assert not reasons(await service.retrieve("kettle"))
