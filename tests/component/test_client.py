"""The Python client: answers over connections that break."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

import pytest
from grpc import StatusCode, aio

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest, StreamAnswerResponse
from askmesh.client import (
    CollectionStatus,
    Completed,
    Event,
    Filter,
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
    ScriptedMesh,
    answer,
    scripted_mesh,
)


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
    failure = OverloadedError("TOO_MANY_ANSWERS", "full", retry_after_seconds=60.0)
    gateway = ScriptedGateway([], failure=failure)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(OverloadedError) as caught:
            await ask_and_cut(mesh)
    assert (caught.value.reason, caught.value.retry_after_seconds) == ("TOO_MANY_ANSWERS", 60.0)
    assert len(gateway.questions) == 1


async def test_a_question_that_is_refused_for_a_moment_is_asked_again() -> None:
    gateway = ScriptedGateway(answer(2), refusals=2)
    async with scripted_mesh(gateway) as mesh:
        events = await ask_and_cut(mesh)
    assert sequences(events) == [1, 2, 3]
    assert len({question.request_id for question in gateway.questions}) == 1
    assert len(gateway.questions) == 3


async def test_a_question_is_not_asked_for_ever() -> None:
    gateway = ScriptedGateway(answer(2), refusals=100)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(OverloadedError):
            await ask_and_cut(mesh)
    assert len(gateway.questions) == 3


async def test_of_all_questions_of_a_client_a_tenth_is_asked_again() -> None:
    gateway = ScriptedGateway(answer(2), refusals=10_000)
    async with scripted_mesh(gateway) as mesh:
        for _ in range(100):
            with pytest.raises(OverloadedError):
                await ask_and_cut(mesh)
    assert 100 < len(gateway.questions) <= 100 + 10 + 10


async def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    failure = OverloadedError("RETRIEVAL_BUSY", "full", retry_after_seconds=0.001)
    gateway = ScriptedGateway(answer(5)[:1], failure=failure)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(OverloadedError):
            await ask_and_cut(mesh)
    assert len(gateway.questions) == 1
    assert gateway.resumed_after == []


async def test_a_refused_question_names_the_field() -> None:
    failure = InvalidRequestError("QUESTION_EMPTY", "ask something", field="question")
    async with scripted_mesh(ScriptedGateway([], failure=failure)) as mesh:
        with pytest.raises(InvalidRequestError) as caught:
            await ask_and_cut(mesh)
    assert (caught.value.reason, caught.value.field) == ("QUESTION_EMPTY", "question")


async def test_a_question_that_meets_a_defect_is_not_asked_again() -> None:
    defect = AskmeshError("UNEXPECTED_FAILURE", "the service failed unexpectedly")
    gateway = ScriptedGateway([], failure=defect)
    async with scripted_mesh(gateway) as mesh:
        with pytest.raises(AskmeshError) as caught:
            await ask_and_cut(mesh)
    assert caught.value.reason == "UNEXPECTED_FAILURE"
    assert len(gateway.questions) == 1


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


async def test_a_mesh_that_is_not_there_is_unavailable() -> None:
    async with askmesh_client(
        "127.0.0.1:1", "127.0.0.1:1", reconnecting=Reconnecting(attempts=1, base_seconds=0)
    ) as client:
        with pytest.raises(UnavailableError) as asking:
            _ = [event async for event in client.ask("Why?")]
        with pytest.raises(UnavailableError) as ingesting:
            await anext(client.ingest([SourceDocument(source="a", content=b"x")]))
    assert asking.value.reason == "GATEWAY_UNAVAILABLE"
    assert ingesting.value.reason == "INGESTION_UNAVAILABLE"
