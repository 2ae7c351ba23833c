"""The Python client: ingestion over connections that break."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from askmesh.client import (
    AccessChange,
    AccessList,
    Client,
    Filter,
    IngestOutcome,
    IngestResult,
    MediaType,
    SourceDocument,
)
from askmesh.errors import (
    AskmeshError,
    UnavailableError,
)
from support.scripted_mesh import (
    ScriptedIngestion,
    scripted_mesh,
)

DOCUMENTS = [SourceDocument(source=f"{n}.txt", content=f"Text {n}.".encode()) for n in range(6)]


async def ingest(client: Client) -> list[IngestResult]:
    return [result async for result in client.ingest(DOCUMENTS)]


async def test_documents_that_meet_a_defect_are_not_sent_again() -> None:
    async def one_document() -> AsyncGenerator[SourceDocument]:
        yield DOCUMENTS[0]
        await asyncio.Event().wait()  # nothing is being sent when the call fails

    defect = AskmeshError("UNEXPECTED_FAILURE", "the service failed unexpectedly")
    async with scripted_mesh(ingestion=ScriptedIngestion(failure=defect), attempts=2) as mesh:
        with pytest.raises(AskmeshError) as caught:
            await anext(mesh.client.ingest(one_document()))
    assert caught.value.reason == "UNEXPECTED_FAILURE"


async def test_who_may_read_documents_is_changed_by_name_and_condition() -> None:
    service = ScriptedIngestion()
    nobody, condition = AccessList(frozenset()), Filter(sources=("a/",))
    async with scripted_mesh(ingestion=service) as mesh:
        change = await mesh.client.set_access(nobody, filter=condition, prefix="b/")
    assert change == AccessChange(document_count=2, changed_document_count=1, revision=3)
    (request,) = service.changes
    assert (list(request.filter.sources), request.document_id_prefix) == (["a/"], "b/")
    assert request.access.HasField("allowed")


async def test_documents_are_sent_as_they_are() -> None:
    service = ScriptedIngestion()
    document = SourceDocument(
        source="a",
        content=b"x",
        document_id="d",
        title="T",
        media_type=MediaType.HTML,
        modified_time=datetime(2024, 5, 1, tzinfo=UTC),
        attributes={"k": "v"},
        access=AccessList(frozenset({"user:a"})),
    )
    async with scripted_mesh(ingestion=service) as mesh:
        results = [result async for result in mesh.client.ingest([document])]
    assert results == [IngestResult("d", "a", IngestOutcome.CREATED, passage_count=1, revision=1)]
    (request,) = service.received
    assert (request.document_id, request.title, request.content) == ("d", "T", b"x")
    assert list(request.access.allowed.names) == ["user:a"]
    assert request.modified_time.ToDatetime(UTC) == datetime(2024, 5, 1, tzinfo=UTC)
    assert request.attributes == {"k": "v"}


async def test_a_cut_ingestion_sends_the_documents_without_a_result_again() -> None:
    service = ScriptedIngestion(stalls_after=[2])
    results: list[IngestResult] = []
    async with scripted_mesh(ingestion=service) as mesh:
        async for result in mesh.client.ingest(DOCUMENTS):
            results.append(result)
            if len(results) == 2:
                await service.stalled.wait()
                mesh.ingestion.cut()
    assert [result.source for result in results] == [document.source for document in DOCUMENTS]
    assert [request.source for request in service.received].count("2.txt") == 2
    assert [request.source for request in service.received].count("0.txt") == 1


async def test_a_store_that_is_down_is_an_error_of_ingesting() -> None:
    failure = UnavailableError("DOCUMENT_STORE_UNAVAILABLE", "down")
    async with scripted_mesh(ingestion=ScriptedIngestion(failure=failure)) as mesh:
        with pytest.raises(UnavailableError) as caught:
            await ingest(mesh.client)
    assert caught.value.reason == "DOCUMENT_STORE_UNAVAILABLE"


async def test_results_come_before_the_last_document_is_known() -> None:
    answered = asyncio.Event()

    async def documents() -> AsyncIterator[SourceDocument]:
        yield DOCUMENTS[0]
        await answered.wait()
        yield DOCUMENTS[1]

    sources: list[str] = []
    async with scripted_mesh() as mesh, aclosing(mesh.client.ingest(documents())) as stream:
        async for result in stream:
            sources.append(result.source)
            answered.set()
    assert sources == ["0.txt", "1.txt"]


async def test_nothing_to_ingest_gives_no_results() -> None:
    async with scripted_mesh() as mesh:
        assert [result async for result in mesh.client.ingest([])] == []


async def test_documents_are_not_read_long_before_they_are_sent() -> None:
    taken: list[str] = []

    def documents() -> Iterator[SourceDocument]:
        for number in range(1000):
            taken.append(f"{number}.txt")
            yield SourceDocument(source=f"{number}.txt", content=b"x" * 1_000_000)

    async with (
        scripted_mesh(ingestion=ScriptedIngestion(stalls_after=[1])) as mesh,
        aclosing(mesh.client.ingest(documents())) as stream,
    ):
        await anext(stream)
    assert len(taken) < 100


async def test_a_failure_of_the_documents_comes_after_the_results_of_those_before() -> None:
    async def documents() -> AsyncIterator[SourceDocument]:
        yield DOCUMENTS[0]
        raise FileNotFoundError("gone")

    sources: list[str] = []

    async def collect(client: Client) -> None:
        async for result in client.ingest(documents()):
            sources.append(result.source)  # noqa: PERF401 - kept when the next one fails

    async with scripted_mesh() as mesh:
        with pytest.raises(FileNotFoundError):
            await collect(mesh.client)
    assert sources == ["0.txt"]


async def test_a_failure_of_the_documents_leaves_the_readers_own_waiting_alone() -> None:
    failed = asyncio.Event()

    def documents() -> Iterator[SourceDocument]:
        yield DOCUMENTS[0]
        loop.call_soon_threadsafe(failed.set)
        raise ValueError("broken")

    async def read(client: Client) -> None:
        async for _ in client.ingest(documents()):
            await failed.wait()
            for _ in range(100):
                await asyncio.sleep(0)  # a cancellation from inside would arrive here

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    before = task.cancelling()  # the task runs all tests of a session
    async with scripted_mesh() as mesh:
        with pytest.raises(ValueError, match="broken"):
            await read(mesh.client)
    assert task.cancelling() == before


async def test_a_document_being_read_while_the_connection_breaks_is_not_lost() -> None:
    may_go_on = asyncio.Event()

    async def documents() -> AsyncIterator[SourceDocument]:
        yield DOCUMENTS[0]
        await may_go_on.wait()
        yield DOCUMENTS[1]

    sources: list[str] = []
    async with scripted_mesh() as mesh, aclosing(mesh.client.ingest(documents())) as stream:
        async for result in stream:
            sources.append(result.source)
            if not may_go_on.is_set():
                mesh.ingestion.cut()
                may_go_on.set()
    assert sources == ["0.txt", "1.txt"]
