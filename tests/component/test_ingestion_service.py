"""The ingestion service over gRPC: what becomes of documents."""

import asyncio
import hashlib
from pathlib import Path

import grpc
import pytest
from grpc import aio

from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.caching import MemoryCache, sqlite_cache
from askmesh.documents import MemoryDocumentStore
from askmesh.rpc import calling_as, field_violations_of, reason_of
from support.ingestion import (
    SECONDS,
    BrokenCache,
    FailingStore,
    IngestionClient,
    RecordingEmbedder,
    Surroundings,
    document,
    ingestion,
)
from support.pdf import pdf

NUMBERED = " ".join(f"This is sentence {number} of a long text." for number in range(2000))
GUIDE = "# Guide\n\nIt helps.\n\n## Use\n\n" + "Press the button. " * 50


async def stored_texts(client: IngestionClient, tenant: str = "default") -> list[str]:
    page = await client.store.changes_after(0, limit=1000)
    return [
        each.passage.text
        for change in page.changes
        if change.tenant == tenant
        for each in change.passages
    ]


async def test_a_document_is_stored_in_embedded_passages() -> None:
    async with ingestion() as client:
        (result,) = await client.ingest(document("docs/guide.md", GUIDE))
        page = await client.store.changes_after(0, limit=10)
    (change,) = page.changes
    passages = [each.passage for each in change.passages]
    assert result == pb2.IngestDocumentsResponse(
        document_id="docs/guide.md",
        source="docs/guide.md",
        outcome=pb2.INGEST_OUTCOME_CREATED,
        passage_count=2,
        revision=change.revision,
    )
    assert [passage.position for passage in passages] == [0, 1]
    assert [passage.headings for passage in passages] == [(), ("Use",)]
    assert {passage.title for passage in passages} == {"Guide"}
    embedded = client.embedder.texts
    assert embedded[1].startswith("Guide\nUse\nPress the button.")
    assert [each.embedding[0] for each in change.passages] == [len(text) for text in embedded]


async def test_every_document_is_answered_in_order_whatever_becomes_of_it() -> None:
    async with ingestion() as client:
        results = await client.ingest(
            document("a.txt", "One."),
            document("picture.png"),
            pb2.IngestDocumentsRequest(source="b.txt", content=b"\x00\x01\x00"),
            document("c.txt", "   "),
            pb2.IngestDocumentsRequest(source="broken.pdf", content=b"%PDF-"),
            document("", "No source."),
            pb2.IngestDocumentsRequest(source="d.pdf", content=pdf(["A page."])),
        )
    assert [result.source for result in results] == [
        "a.txt", "picture.png", "b.txt", "c.txt", "broken.pdf", "", "d.pdf",
    ]  # fmt: skip
    assert [result.refusal_reason for result in results] == [
        "", "MEDIA_TYPE_UNKNOWN", "CONTENT_NOT_TEXT", "CONTENT_EMPTY", "CONTENT_UNREADABLE",
        "SOURCE_EMPTY", "",
    ]  # fmt: skip
    refused = results[1]
    assert refused.outcome == pb2.INGEST_OUTCOME_REFUSED
    assert refused.refusal_detail
    assert refused.passage_count == 0
    assert results[-1].outcome == pb2.INGEST_OUTCOME_CREATED


async def test_an_unchanged_document_costs_no_embedding() -> None:
    async with ingestion() as client:
        (first,) = await client.ingest(document("a.txt"))
        (again,) = await client.ingest(document("a.txt"))
        assert len(client.embedder.texts) == 1
    assert again.outcome == pb2.INGEST_OUTCOME_UNCHANGED
    assert (again.revision, again.passage_count) == (first.revision, 1)


async def test_a_changed_document_replaces_the_older_version() -> None:
    async with ingestion() as client:
        (first,) = await client.ingest(document("a.txt", "Old."))
        (second,) = await client.ingest(document("a.txt", "New."))
        texts = await stored_texts(client)
    assert second.outcome == pb2.INGEST_OUTCOME_UPDATED
    assert second.revision > first.revision
    assert texts == ["New."]


async def test_an_edit_embeds_only_the_passages_that_changed() -> None:
    sections = [f"## Part {n}\n\n{f'Sentence {n} is here. ' * 40}\n\n" for n in range(5)]
    async with ingestion() as client:
        await client.ingest(document("a.md", "".join(sections)))
        before = len(client.embedder.texts)
        await client.ingest(document("a.md", "".join(sections).replace("4 is", "4 was")))
        changed = client.embedder.texts[before:]
    assert before == 5
    assert len(changed) == 1


async def test_versions_of_one_document_in_one_stream_are_taken_in_order() -> None:
    async with ingestion() as client:
        await client.ingest(document("a.txt", "Two."))
        results = await client.ingest(
            document("a.txt", "One."), document("a.txt", "Two."), document("a.txt", "Two.")
        )
        texts = await stored_texts(client)
    assert [result.outcome for result in results] == [
        pb2.INGEST_OUTCOME_UPDATED,
        pb2.INGEST_OUTCOME_UPDATED,
        pb2.INGEST_OUTCOME_UNCHANGED,
    ]
    assert texts == ["Two."]


async def test_a_new_embedding_model_embeds_everything_again() -> None:
    store, cache = MemoryDocumentStore(), MemoryCache(1_000_000)
    async with ingestion(Surroundings(store, RecordingEmbedder("m@1"), cache)) as client:
        await client.ingest(document("a.txt"))
    async with ingestion(Surroundings(store, RecordingEmbedder("m@2"), cache)) as client:
        (result,) = await client.ingest(document("a.txt"))
        assert len(client.embedder.texts) == 1
    assert result.outcome == pb2.INGEST_OUTCOME_UPDATED


async def test_what_was_embedded_but_not_stored_is_not_embedded_again_after_a_restart(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vectors.sqlite"
    failing = FailingStore(fails_at="long.txt")
    async with sqlite_cache(path) as cache, ingestion(Surroundings(failing, cache=cache)) as client:
        with pytest.raises(aio.AioRpcError):
            await client.ingest(document("long.txt", NUMBERED))
        assert client.embedder.texts
    async with sqlite_cache(path) as cache, ingestion(Surroundings(cache=cache)) as client:
        (result,) = await client.ingest(document("long.txt", NUMBERED))
        assert client.embedder.texts == []
    assert result.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_results_arrive_while_the_stream_is_open() -> None:
    async with ingestion() as client:
        call = client.stub.IngestDocuments(timeout=SECONDS)
        for number in range(3):
            await call.write(document(f"{number}.txt"))
            result = await call.read()
            assert isinstance(result, pb2.IngestDocumentsResponse)
            assert result.source == f"{number}.txt"
        await call.done_writing()
        assert await call.read() is aio.EOF


async def test_embedding_happens_in_small_batches() -> None:
    async with ingestion() as client:
        await client.ingest(document("long.txt", NUMBERED))
        assert max(map(len, client.embedder.batches)) <= 16
        assert len(client.embedder.texts) > 64


async def test_results_before_a_failure_of_the_store_are_sent_and_true() -> None:
    async with ingestion(Surroundings(store=FailingStore("c.txt"))) as client:
        call = client.stub.IngestDocuments(timeout=SECONDS)
        for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
            await call.write(document(name, f"Text of {name}."))
        results = [await call.read() for _ in range(2)]
        with pytest.raises(aio.AioRpcError) as caught:
            await call.read()
        texts = await stored_texts(client)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    assert reason_of(caught.value) == "DOCUMENT_STORE_UNAVAILABLE"
    assert [getattr(result, "source", None) for result in results] == ["a.txt", "b.txt"]
    assert texts == ["Text of a.txt.", "Text of b.txt."]


async def test_a_broken_cache_only_costs_time() -> None:
    async with ingestion(Surroundings(cache=BrokenCache())) as client:
        (result,) = await client.ingest(document("a.txt"))
    assert result.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_a_client_that_leaves_does_not_disturb_others() -> None:
    async with ingestion() as client:
        leaving = client.stub.IngestDocuments(timeout=SECONDS)
        await leaving.write(document("a.txt"))
        await leaving.read()
        leaving.cancel()
        (result,) = await client.ingest(document("b.txt"))
    assert result.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_streams_are_served_side_by_side() -> None:
    async with ingestion() as client, asyncio.TaskGroup() as streams:
        first = client.stub.IngestDocuments(timeout=SECONDS)
        second = streams.create_task(client.ingest(document("b.txt")))
        assert (await second)[0].outcome == pb2.INGEST_OUTCOME_CREATED
        await first.write(document("a.txt"))
        await first.done_writing()
        assert [result.source async for result in first] == ["a.txt"]


async def test_tenants_do_not_see_each_other() -> None:
    async with ingestion() as client:
        await client.ingest(document("a.txt", "Ours."))
        with calling_as("other"):
            (result,) = await client.ingest(document("a.txt", "Theirs."))
            status = await client.stub.GetCollectionStatus(
                pb2.GetCollectionStatusRequest(), timeout=SECONDS
            )
        assert await stored_texts(client) == ["Ours."]
    assert result.outcome == pb2.INGEST_OUTCOME_CREATED
    assert (status.document_count, status.passage_count) == (1, 1)
    assert status.revision == result.revision


async def test_an_unknown_tenant_is_refused() -> None:
    async with ingestion() as client:
        with calling_as("nobody"), pytest.raises(aio.AioRpcError) as caught:
            await client.ingest(document("a.txt"))
    assert reason_of(caught.value) == "TENANT_UNKNOWN"


async def test_a_deleted_document_is_gone_and_may_come_back() -> None:
    async with ingestion() as client:
        (created,) = await client.ingest(document("a.txt"))
        request = pb2.DeleteDocumentRequest(document_id="a.txt")
        gone = await client.stub.DeleteDocument(request, timeout=SECONDS)
        again = await client.stub.DeleteDocument(request, timeout=SECONDS)
        assert await stored_texts(client) == []
        (back,) = await client.ingest(document("a.txt"))
    assert created.revision < gone.revision <= again.revision < back.revision
    assert back.outcome == pb2.INGEST_OUTCOME_CREATED


async def test_deleting_needs_a_name() -> None:
    async with ingestion() as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.stub.DeleteDocument(pb2.DeleteDocumentRequest(), timeout=SECONDS)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "DOCUMENT_ID_EMPTY"
    assert field_violations_of(caught.value) == ["document_id"]


async def test_a_time_beyond_the_calendar_does_not_end_the_stream() -> None:
    request = document("a.txt")
    request.modified_time.seconds = 10**15
    async with ingestion() as client:
        results = await client.ingest(request, document("b.txt"))
    assert len(results) == 2


async def test_stages_are_measured() -> None:
    async with ingestion() as client:
        await client.ingest(document("a.txt"))
        stages = [
            sample.labels["stage"]
            for metric in client.telemetry.metrics.registry.collect()
            for sample in metric.samples
            if sample.name == "askmesh_stage_duration_seconds_count" and sample.value
        ]
    assert sorted(stages) == ["embedding", "reading", "storing"]


async def listed(client: IngestionClient, **request: str | int) -> list[pb2.DocumentStatus]:
    """All pages of a list."""
    found: list[pb2.DocumentStatus] = []
    asked = pb2.ListDocumentsRequest(**request)  # type: ignore[arg-type]
    while True:
        page = await client.stub.ListDocuments(asked, timeout=SECONDS)
        found += page.documents
        if not page.next_page_token:
            return found
        asked.page_token = page.next_page_token


async def test_documents_are_listed_page_by_page_below_a_folder() -> None:
    names = [f"docs/{number}.txt" for number in range(5)]
    async with ingestion() as client:
        await client.ingest(document("a.txt"), *map(document, names), document("docs2.txt"))
        below = await listed(client, page_size=2, document_id_prefix="docs/")
        everything = await listed(client)
    assert [each.document_id for each in below] == names
    assert len(everything) == 7
    assert below[0].state == pb2.DOCUMENT_STATE_STORED
    assert below[0].content_sha256 == hashlib.sha256(b"Some text.").hexdigest()


async def test_refused_documents_are_remembered_until_they_can_be_read() -> None:
    async with ingestion() as client:
        await client.ingest(document("a.txt", "  "), document("b.txt"))
        refused = await listed(client, state=pb2.DOCUMENT_STATE_REFUSED)
        shown = await client.stub.GetDocument(
            pb2.GetDocumentRequest(document_id="a.txt"), timeout=SECONDS
        )
        await client.ingest(document("a.txt", "Words."))
        after = await listed(client, state=pb2.DOCUMENT_STATE_REFUSED)
    assert [(each.document_id, each.refusal_reason) for each in refused] == [
        ("a.txt", "CONTENT_EMPTY")
    ]
    assert shown.document == refused[0]
    assert after == []


async def test_a_document_that_is_not_there_cannot_be_shown() -> None:
    async with ingestion() as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.stub.GetDocument(pb2.GetDocumentRequest(document_id="x"), timeout=SECONDS)
    assert reason_of(caught.value) == "DOCUMENT_NOT_FOUND"


async def test_what_a_document_says_about_itself_is_kept_with_its_passages() -> None:
    text = "---\nauthor: Jolanda Prins\ndate: 2024-02-11\n---\nText."
    async with ingestion() as client:
        await client.ingest(document("a.md", text))
        page = await client.store.changes_after(0, limit=10)
    attributes = page.changes[0].passages[0].passage.attributes
    assert attributes == {"author": "Jolanda Prins", "date": "2024-02-11"}


async def test_a_long_document_says_how_far_it_is_if_that_is_asked_for() -> None:
    asked = document("long.txt", NUMBERED)
    asked.reports_progress = True
    async with ingestion() as client:
        *progress, result = await client.ingest(asked)
        (silent,) = await client.ingest(document("other.txt", NUMBERED.replace("long", "short")))
    counts = [each.embedded_passage_count for each in progress]
    assert {each.outcome for each in progress} == {pb2.INGEST_OUTCOME_IN_PROGRESS}
    assert counts == list(range(16, result.passage_count, 16))
    assert (result.outcome, silent.outcome) == (pb2.INGEST_OUTCOME_CREATED,) * 2


async def test_a_document_that_another_stream_ingests_is_waited_for_or_left_to_it() -> None:
    left, waited_for = document("a.txt"), document("a.txt")
    left.may_be_elsewhere = True
    store = MemoryDocumentStore()
    await store.lease("default", "a.txt", "another", seconds=3600)
    async with ingestion(Surroundings(store)) as client, asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(client.ingest(waited_for))
        for _ in range(2):
            (elsewhere,) = await client.ingest(left)
            assert elsewhere.outcome == pb2.INGEST_OUTCOME_ELSEWHERE
        assert client.embedder.texts == []
        await store.release("default", "a.txt", "another")
        (result,) = await waiting
        (again,) = await client.ingest(left)
    assert result.outcome == pb2.INGEST_OUTCOME_CREATED
    assert again.outcome == pb2.INGEST_OUTCOME_UNCHANGED


async def test_what_another_stream_has_stored_meanwhile_is_not_embedded_again() -> None:
    async with ingestion() as client, asyncio.TaskGroup() as tasks:
        streams = [tasks.create_task(client.ingest(document("a.txt"))) for _ in range(5)]
    outcomes = sorted(stream.result()[0].outcome for stream in streams)
    assert outcomes == [pb2.INGEST_OUTCOME_CREATED, *[pb2.INGEST_OUTCOME_UNCHANGED] * 4]
    assert client.embedder.texts == ["a\nSome text."]


async def test_ten_clients_of_two_replicas_share_a_corpus() -> None:
    store = MemoryDocumentStore()
    corpus = [document(f"{number}.txt", f"Sheet {number}.") for number in range(30)]
    shared = [pb2.IngestDocumentsRequest() for _ in corpus]
    for copy, each in zip(shared, corpus, strict=True):
        copy.MergeFrom(each)
        copy.may_be_elsewhere = True

    async def work(client: IngestionClient) -> None:
        results = await client.ingest(*shared)
        left = {each.source for each in results if each.outcome == pb2.INGEST_OUTCOME_ELSEWHERE}
        again = await client.ingest(*(each for each in corpus if each.source in left))
        assert {each.outcome for each in again} <= {pb2.INGEST_OUTCOME_UNCHANGED}

    async with ingestion(Surroundings(store)) as one, ingestion(Surroundings(store)) as another:
        async with asyncio.TaskGroup() as workers:
            for number in range(10):
                workers.create_task(work(one if number % 2 else another))
        embedded = one.embedder.texts + another.embedder.texts
    assert len(embedded) == len(set(embedded)) == 30
