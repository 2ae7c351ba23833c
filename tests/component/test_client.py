"""The Python client: answers and ingestion over connections that break."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest
from grpc import StatusCode, aio

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest, StreamAnswerResponse
from askmesh.client import (
    Client,
    CollectionStatus,
    Completed,
    Event,
    Filter,
    IngestOutcome,
    IngestResult,
    MediaType,
    MeshStatus,
    Outcome,
    Reconnecting,
    ServiceStatus,
    SourceDocument,
    TextDelta,
    Turn,
    askmesh_client,
)
from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    UnavailableError,
)
from support.scripted_mesh import (
    ANSWER_ID,
    ScriptedGateway,
    ScriptedIngestion,
    ScriptedMesh,
    answer,
    scripted_mesh,
)

DOCUMENTS = [SourceDocument(source=f"{n}.txt", content=f"Text {n}.".encode()) for n in range(6)]


async def ask_and_cut(mesh: ScriptedMesh, *cut_after: int) -> list[Event]:
    """Follow an answer, and cut the connection after these events."""
    events: list[Event] = []
    async with aclosing(mesh.client.ask("Why?")) as stream:
        async for event in stream:
            events.append(event)
            if event.sequence in cut_after:
                mesh.gateway.cut()
    return events


def sequences(events: list[Event]) -> list[int]:
    return [event.sequence for event in events]


async def ingest(client: Client) -> list[IngestResult]:
    return [result async for result in client.ingest(DOCUMENTS)]


async def test_an_answer_is_a_stream_of_typed_events() -> None:
    async with scripted_mesh(ScriptedGateway(answer(2))) as mesh:
        first, second, last = await ask_and_cut(mesh)
    assert first == TextDelta(answer_id=ANSWER_ID, sequence=1, text="word0 ")
    assert second == TextDelta(answer_id=ANSWER_ID, sequence=2, text="word1 ")
    assert isinstance(last, Completed)
    assert last.outcome is Outcome.ANSWERED


async def test_a_question_carries_all_that_was_said() -> None:
    gateway = ScriptedGateway(answer(1))
    async with scripted_mesh(gateway, tenant="sales") as mesh:
        stream = mesh.client.ask(
            "And why?",
            [Turn("What?", "That.")],
            request_id="r1",
            filter=Filter(sources=("docs/",), modified_after=datetime(2024, 5, 1, tzinfo=UTC)),
            wants_table=False,
            seed=0,
        )
        assert [event.sequence async for event in stream] == [1, 2]
    (question,) = gateway.questions
    assert question.question == "And why?"
    assert [(turn.question, turn.answer) for turn in question.conversation] == [("What?", "That.")]
    assert question.request_id == "r1"
    assert list(question.filter.sources) == ["docs/"]
    assert question.filter.modified_after_time.ToDatetime(UTC) == datetime(2024, 5, 1, tzinfo=UTC)
    assert not question.filter.HasField("modified_before_time")
    assert question.HasField("wants_table")
    assert question.HasField("seed")
    assert gateway.tenants == ["sales"]


async def test_a_cut_connection_is_resumed_without_a_lost_or_doubled_event() -> None:
    gateway = ScriptedGateway(answer(9), last_sent=[3, 4, 8])
    async with scripted_mesh(gateway, tenant="sales") as mesh:
        events = await ask_and_cut(mesh, 3, 4, 8)
        assert mesh.gateway.connection_count == 4
    assert sequences(events) == list(range(1, 11))
    assert gateway.resumed_after == [3, 4, 8]
    assert len(gateway.questions) == 1
    assert gateway.tenants == ["sales"] * 4


async def test_a_stream_that_ends_early_is_resumed() -> None:
    gateway = ScriptedGateway(answer(5), ends_after=[2, 4])
    async with scripted_mesh(gateway) as mesh:
        events = await ask_and_cut(mesh)
    assert sequences(events) == list(range(1, 7))
    assert gateway.resumed_after == [2, 4]


async def test_an_event_that_was_lost_is_asked_for() -> None:
    gateway = ScriptedGateway(answer(5), left_out=[3])
    async with scripted_mesh(gateway) as mesh:
        events = await ask_and_cut(mesh)
    assert sequences(events) == list(range(1, 7))
    assert gateway.resumed_after == [2]


async def test_a_gateway_that_stays_away_is_an_error_after_some_attempts() -> None:
    gateway = ScriptedGateway(answer(5)[:2])
    async with scripted_mesh(gateway, attempts=2) as mesh:
        with pytest.raises(UnavailableError) as caught:
            await ask_and_cut(mesh)
    assert caught.value.reason == "GATEWAY_UNAVAILABLE"
    assert gateway.resumed_after == [2, 2]


class LeavingGateway(ScriptedGateway):
    """Refuses every question without a word, as one that is being stopped."""

    async def StreamAnswer(  # noqa: N802 - gRPC's name
        self, request: StreamAnswerRequest, context: aio.ServicerContext[Any, Any]
    ) -> AsyncGenerator[StreamAnswerResponse]:
        self.questions.append(request)
        await context.abort(StatusCode.UNAVAILABLE, "going away")
        yield StreamAnswerResponse()


async def test_only_the_client_connects_again_not_the_channel_beneath_it() -> None:
    gateway = LeavingGateway(answer(1))
    async with scripted_mesh(gateway, attempts=2) as mesh:
        with pytest.raises(UnavailableError):
            await ask_and_cut(mesh)
    assert len(gateway.questions) == 1 + 2


async def test_a_failure_that_the_gateway_explains_is_not_tried_again() -> None:
    failure = UnavailableError("RETRIEVAL_UNAVAILABLE", "no search", retry_after_seconds=2.5)
    gateway = ScriptedGateway(answer(3)[:2], failure=failure)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(UnavailableError) as caught:
            await ask_and_cut(mesh)
    assert caught.value.reason == "RETRIEVAL_UNAVAILABLE"
    assert caught.value.retry_after_seconds == 2.5
    assert gateway.resumed_after == []


async def test_an_answer_that_the_gateway_lost_is_to_be_asked_for_again() -> None:
    failure = NotFoundError("ANSWER_UNKNOWN", "no such answer", field="answer_id")
    gateway = ScriptedGateway(answer(5), ends_after=[2], failure=failure)
    gateway.events = gateway.events[:2]
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(UnavailableError) as caught:
            await ask_and_cut(mesh)
    assert caught.value.reason == "ANSWER_LOST"


async def test_no_room_says_when_to_try_again() -> None:
    failure = OverloadedError("TOO_MANY_ANSWERS", "full", retry_after_seconds=4.0)
    async with scripted_mesh(ScriptedGateway([], failure=failure)) as mesh:
        with pytest.raises(OverloadedError) as caught:
            await ask_and_cut(mesh)
    assert (caught.value.reason, caught.value.retry_after_seconds) == ("TOO_MANY_ANSWERS", 4.0)


async def test_a_refused_question_names_the_field() -> None:
    failure = InvalidRequestError("QUESTION_EMPTY", "ask something", field="question")
    async with scripted_mesh(ScriptedGateway([], failure=failure)) as mesh:
        with pytest.raises(InvalidRequestError) as caught:
            await ask_and_cut(mesh)
    assert (caught.value.reason, caught.value.field) == ("QUESTION_EMPTY", "question")


DEFECT = AskmeshError("UNEXPECTED_FAILURE", "the service failed unexpectedly")


async def test_a_question_that_meets_a_defect_is_not_asked_again() -> None:
    gateway = ScriptedGateway([], failure=DEFECT)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(AskmeshError) as caught:
            await ask_and_cut(mesh)
    assert caught.value.reason == "UNEXPECTED_FAILURE"
    assert len(gateway.questions) == 1


async def test_documents_that_meet_a_defect_are_not_sent_again() -> None:
    async def one_document() -> AsyncGenerator[SourceDocument]:
        yield DOCUMENTS[0]
        await asyncio.Event().wait()  # nothing is being sent when the call fails

    async with scripted_mesh(ingestion=ScriptedIngestion(failure=DEFECT), attempts=2) as mesh:
        with pytest.raises(AskmeshError) as caught:
            await anext(mesh.client.ingest(one_document()))
    assert caught.value.reason == "UNEXPECTED_FAILURE"


async def test_every_question_gets_a_request_id_of_its_own() -> None:
    gateway = ScriptedGateway(answer(1))
    async with scripted_mesh(gateway) as mesh:
        await ask_and_cut(mesh)
        await ask_and_cut(mesh)
    first, second = (question.request_id for question in gateway.questions)
    assert first
    assert first != second


async def test_leaving_a_stream_leaves_the_client_usable() -> None:
    async with scripted_mesh(ScriptedGateway(answer(5), last_sent=[1])) as mesh:
        async with aclosing(mesh.client.ask("Why?")) as stream:
            assert (await anext(stream)).sequence == 1
        assert sequences(await ask_and_cut(mesh)) == list(range(1, 7))


async def test_an_answer_can_be_resumed_by_its_name() -> None:
    async with scripted_mesh(ScriptedGateway(answer(5))) as mesh:
        events = [event async for event in mesh.client.resume(ANSWER_ID, 3)]
    assert sequences(events) == [4, 5, 6]


async def test_cancelling_tells_whether_the_answer_was_running() -> None:
    async with scripted_mesh() as mesh:
        assert await mesh.client.cancel(ANSWER_ID)
        assert not await mesh.client.cancel("other")


async def test_cancelling_an_unknown_answer_is_an_error() -> None:
    failure = NotFoundError("ANSWER_UNKNOWN", "no such answer", field="answer_id")
    async with scripted_mesh(ScriptedGateway([], failure=failure)) as mesh:
        with pytest.raises(NotFoundError) as caught:
            await mesh.client.cancel("x")
    assert (caught.value.reason, caught.value.field) == ("ANSWER_UNKNOWN", "answer_id")


async def test_states_are_values() -> None:
    async with scripted_mesh() as mesh:
        assert await mesh.client.status() == MeshStatus(
            services=(ServiceStatus("retrieval", serving=False, detail="down"),),
            indexed_revision=7,
            passage_count=8,
            active_answer_count=9,
        )
        assert await mesh.client.collection_status() == CollectionStatus(1, 2, 3)
        assert await mesh.client.delete("a") == 3


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
    )
    async with scripted_mesh(ingestion=service) as mesh:
        results = [result async for result in mesh.client.ingest([document])]
    assert results == [IngestResult("d", "a", IngestOutcome.CREATED, passage_count=1, revision=1)]
    (request,) = service.received
    assert (request.document_id, request.title, request.content) == ("d", "T", b"x")
    assert request.modified_time.ToDatetime(UTC) == datetime(2024, 5, 1, tzinfo=UTC)
    assert request.attributes == {"k": "v"}


async def test_a_cut_ingestion_sends_the_documents_without_a_result_again() -> None:
    service = ScriptedIngestion(stalls_after=[2])
    async with scripted_mesh(ingestion=service) as mesh, asyncio.TaskGroup() as tasks:

        async def cut() -> None:
            await service.stalled.wait()
            mesh.ingestion.cut()

        tasks.create_task(cut())
        results = await ingest(mesh.client)
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


async def test_a_mesh_that_is_not_there_is_unavailable() -> None:
    async with askmesh_client(
        "127.0.0.1:1", "127.0.0.1:1", reconnecting=Reconnecting(attempts=1, base_seconds=0)
    ) as client:
        with pytest.raises(UnavailableError) as asking:
            _ = [event async for event in client.ask("Why?")]
        with pytest.raises(UnavailableError) as ingesting:
            _ = [result async for result in client.ingest(DOCUMENTS)]
    assert asking.value.reason == "GATEWAY_UNAVAILABLE"
    assert ingesting.value.reason == "INGESTION_UNAVAILABLE"
