"""The gateway over gRPC, asked by a client made of the generated stubs alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import aio

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.api.summarization.v1.summarization_pb2 import LANGUAGE_MODEL_STATE_OPEN
from askmesh.gateway.ports import SeenDocuments
from askmesh.gateway.revisions import indexed_revisions
from askmesh.gateway.wiring import gateway_service
from askmesh.identity import Caller, local_operator
from askmesh.rpc import field_violations_of, reason_of, retry_delay_of
from support.upstreams import Upstreams, settings_before, upstreams


@dataclass
class Scene:
    stub: GatewayServiceStub
    upstreams: Upstreams


@asynccontextmanager
async def gateway(*, hold: bool = False, **changes: object) -> AsyncGenerator[Scene]:
    async with upstreams(hold=hold) as behind:
        settings = settings_before(behind.address, **{"max_active_answers": 8, **changes})
        async with (
            gateway_service(settings) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            yield Scene(GatewayServiceStub(channel), behind)


async def events_of(
    call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse],
) -> list[pb2.AnswerEvent]:
    return [message.event async for message in call if message.HasField("event")]


async def first_text(
    call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse],
) -> pb2.AnswerEvent:
    async for message in call:
        if message.event.HasField("text_delta"):
            return message.event
    raise AssertionError("the stream ended without text")


async def error_of(
    call: aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse],
) -> aio.AioRpcError:
    with pytest.raises(aio.AioRpcError) as caught:
        await events_of(call)
    return caught.value


async def test_a_client_made_of_the_stubs_alone_reads_an_answer() -> None:
    async with gateway() as scene:
        request = pb2.StreamAnswerRequest(question="What is a mesh?")
        events = await events_of(scene.stub.StreamAnswer(request, timeout=60))
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5]
    assert [event.WhichOneof("event") for event in events] == [
        "plan_made",
        "sources_found",
        "sources_ranked",
        "text_delta",
        "completed",
    ]
    assert events[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert events[2].sources_ranked.sources[0].passage.title == "Meshes"


async def test_a_client_that_accepts_batches_gets_the_same_in_fewer_messages() -> None:
    async with gateway() as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        single = await events_of(scene.stub.StreamAnswer(asked, timeout=60))
        resumed = pb2.ResumeAnswerRequest(answer_id=single[0].answer_id, accepts_batches=True)
        messages = [each async for each in scene.stub.ResumeAnswer(resumed, timeout=60)]
        assert [list(each.batch.events) for each in messages] == [single]
        asked.accepts_batches = True
        (again,) = [each async for each in scene.stub.StreamAnswer(asked, timeout=60)]
    assert again.batch.events[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT


async def test_who_asks_gets_an_answer_that_is_there_although_none_is_retained() -> None:
    async with gateway(max_retained_answers=0) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        ends = [(await events_of(scene.stub.StreamAnswer(asked, timeout=60)))[-1] for _ in range(2)]
    told = [end.completed.cache_status for end in ends]
    assert told == [pb2.CACHE_STATUS_MISS, pb2.CACHE_STATUS_EXACT_HIT]


async def test_documents_are_asked_for_their_revision_only_until_it_is_told() -> None:
    async with (
        upstreams() as behind,
        aio.insecure_channel(behind.address) as channel,
        indexed_revisions(channel, seconds=60) as revisions,
        asyncio.timeout(60),
    ):
        asked = -1
        while behind.calls["GetIndexStatus"] > asked:
            asked = behind.calls["GetIndexStatus"]
            assert await revisions.current(local_operator("t")) == SeenDocuments(7, "")


async def test_documents_that_do_not_tell_their_revision_are_asked_for_it() -> None:
    async with upstreams() as behind, aio.insecure_channel(behind.address) as channel:
        behind.hung.add("WatchRevisions")
        async with indexed_revisions(channel, seconds=60) as revisions:
            seen = [await revisions.current(local_operator("t")) for _ in range(2)]
        assert seen == [SeenDocuments(7, "")] * 2
        assert behind.calls["GetIndexStatus"] == 2


async def test_what_somebody_may_read_is_asked_once_for_each_revision() -> None:
    ann, bob = (Caller("t", name, frozenset({"staff"}), frozenset()) for name in ("ann", "bob"))
    async with (
        upstreams() as behind,
        aio.insecure_channel(behind.address) as channel,
        indexed_revisions(channel, seconds=60) as revisions,
        asyncio.timeout(60),
    ):
        behind.permissions = "beef"
        asked = -1
        while behind.calls["GetIndexStatus"] > asked:
            asked = behind.calls["GetIndexStatus"]
            assert await revisions.current(ann) == SeenDocuments(7, "beef")
        await revisions.current(bob)
        assert behind.calls["GetIndexStatus"] == asked + 1


@pytest.mark.parametrize(
    ("request_", "reason", "field"),
    [
        (pb2.StreamAnswerRequest(), "QUESTION_EMPTY", "question"),
        (pb2.StreamAnswerRequest(question=" \n "), "QUESTION_EMPTY", "question"),
        (
            pb2.StreamAnswerRequest(question="q", conversation=[Turn(question="a")] * 51),
            "CONVERSATION_TOO_LONG",
            "conversation",
        ),
        (
            pb2.StreamAnswerRequest(
                question="q", conversation=[Turn(question="a" * 25_000, answer="b" * 25_001)]
            ),
            "CONVERSATION_TOO_LONG",
            "conversation",
        ),
        (pb2.StreamAnswerRequest(question="?!"), "QUESTION_NOT_TEXT", "question"),
        (pb2.StreamAnswerRequest(question="x" * 4001), "QUESTION_TOO_LONG", "question"),
        (
            pb2.StreamAnswerRequest(question="q", request_id="x" * 101),
            "REQUEST_ID_TOO_LONG",
            "request_id",
        ),
        (
            pb2.StreamAnswerRequest(
                question="q",
                filter=passage_pb2.Filter(modified_after_time=Timestamp(seconds=10**15)),
            ),
            "FILTER_INVALID",
            "filter.modified_after_time",
        ),
        (
            pb2.StreamAnswerRequest(
                question="q",
                filter=passage_pb2.Filter(
                    modified_after_time=Timestamp(seconds=2),
                    modified_before_time=Timestamp(seconds=1),
                ),
            ),
            "FILTER_INVALID",
            "filter.modified_before_time",
        ),
        (
            pb2.StreamAnswerRequest(
                question="q", filter=passage_pb2.Filter(sources=map(str, range(101)))
            ),
            "FILTER_INVALID",
            "filter.sources",
        ),
    ],
)
async def test_a_bad_question_is_refused_with_the_field_that_is_wrong(
    request_: pb2.StreamAnswerRequest, reason: str, field: str
) -> None:
    async with gateway() as scene:
        error = await error_of(scene.stub.StreamAnswer(request_, timeout=60))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(error) == reason
    assert field_violations_of(error) == [field]


async def test_an_unknown_tenant_is_refused() -> None:
    async with gateway() as scene:
        request = pb2.StreamAnswerRequest(question="q")
        call = scene.stub.StreamAnswer(
            request, timeout=60, metadata=aio.Metadata(("askmesh-tenant", "stranger"))
        )
        error = await error_of(call)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(error) == "TENANT_UNKNOWN"
    assert field_violations_of(error) == ["askmesh-tenant"]


async def test_an_unknown_answer_cannot_be_resumed_or_cancelled() -> None:
    async with gateway() as scene:
        with pytest.raises(aio.AioRpcError) as caught:
            await scene.stub.CancelAnswer(pb2.CancelAnswerRequest(answer_id="no"), timeout=60)
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        assert reason_of(caught.value) == "ANSWER_UNKNOWN"
        resumed = scene.stub.ResumeAnswer(pb2.ResumeAnswerRequest(answer_id="no"), timeout=60)
        with pytest.raises(aio.AioRpcError) as caught:
            await resumed.read()
        assert reason_of(caught.value) == "ANSWER_UNKNOWN"
        assert field_violations_of(caught.value) == ["answer_id"]


async def test_a_dropped_stream_is_resumed_without_a_lost_or_doubled_event() -> None:
    async with gateway(hold=True) as scene:
        request = pb2.StreamAnswerRequest(question="What is a mesh?")
        call = scene.stub.StreamAnswer(request, timeout=60)
        last = await first_text(call)
        call.cancel()
        resumed = scene.stub.ResumeAnswer(
            pb2.ResumeAnswerRequest(answer_id=last.answer_id, after_sequence=last.sequence),
            timeout=60,
        )
        scene.upstreams.finish.set()
        rest = [message.event async for message in resumed if message.HasField("event")]
    assert [event.sequence for event in rest] == [last.sequence + 1]
    assert rest[0].completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED


async def test_cancelling_an_answer_ends_its_stream_and_the_work_behind_it() -> None:
    async with gateway(hold=True) as scene:
        request = pb2.StreamAnswerRequest(question="What is a mesh?")
        call = scene.stub.StreamAnswer(request, timeout=60)
        text = await first_text(call)
        reply = await scene.stub.CancelAnswer(
            pb2.CancelAnswerRequest(answer_id=text.answer_id), timeout=60
        )
        rest = await events_of(call)
        await scene.upstreams.summary_cancelled.wait()
    assert reply.cancelled
    assert rest[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_CANCELLED


async def test_sources_keep_the_order_of_retrieval_when_there_was_no_time_to_rerank() -> None:
    async with gateway() as scene:
        scene.upstreams.has_time_to_rerank = False
        request = pb2.StreamAnswerRequest(question="What is a mesh?")
        events = await events_of(scene.stub.StreamAnswer(request, timeout=60))
    ranked = next(each.sources_ranked for each in events if each.HasField("sources_ranked"))
    assert [source.passage.passage_id for source in ranked.sources] == ["p1"]
    assert not ranked.sources[0].HasField("score")
    degradations = [each.reason for each in events[-1].completed.degradations]
    assert degradations == [answer_pb2.DEGRADATION_REASON_RERANKING_UNAVAILABLE]


async def test_a_question_without_room_is_refused_with_advice_when_to_try_again() -> None:
    async with gateway(hold=True, max_active_answers=1) as scene:
        request = pb2.StreamAnswerRequest(question="What is a mesh?")
        running = scene.stub.StreamAnswer(request, timeout=60)
        await first_text(running)
        other = pb2.StreamAnswerRequest(question="What is a net?")
        error = await error_of(scene.stub.StreamAnswer(other, timeout=60))
        running.cancel()
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(error) == "TOO_MANY_ANSWERS"
    assert (retry_delay_of(error) or 0.0) > 0


async def test_the_same_request_id_joins_the_same_answer() -> None:
    async with gateway() as scene:
        request = pb2.StreamAnswerRequest(question="What is a mesh?", request_id="r1")
        first = await events_of(scene.stub.StreamAnswer(request, timeout=60))
        assert await events_of(scene.stub.StreamAnswer(request, timeout=60)) == first


async def test_the_status_names_every_service_and_what_searches_can_see() -> None:
    async with gateway() as scene:
        status = await scene.stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=60)
    assert {service.name for service in status.services if service.serving} == {
        "query_understanding",
        "retrieval",
        "reranking",
        "summarization",
    }
    assert [each.replica_count for each in status.services] == [1] * 4
    assert (status.indexed_revision, status.passage_count) == (7, 1)
    (model,) = status.language_models
    assert (model.name, model.state) == ("big", LANGUAGE_MODEL_STATE_OPEN)


async def test_the_status_counts_the_answers_in_the_making() -> None:
    async with gateway(hold=True) as scene:
        call = scene.stub.StreamAnswer(pb2.StreamAnswerRequest(question="q"), timeout=60)
        await first_text(call)
        status = await scene.stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=60)
        call.cancel()
    assert status.active_answer_count == 1


async def test_without_its_services_the_gateway_says_which_one_is_missing() -> None:
    settings = settings_before("127.0.0.1:1")
    async with (
        gateway_service(settings) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub = GatewayServiceStub(channel)
        error = await error_of(
            stub.StreamAnswer(pb2.StreamAnswerRequest(question="What is a mesh?"), timeout=60)
        )
        status = await stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=60)
    assert error.code() is grpc.StatusCode.UNAVAILABLE
    assert reason_of(error) == "RETRIEVAL_UNAVAILABLE"
    assert not any(service.serving for service in status.services)


async def test_equal_questions_over_many_calls_are_answered_once() -> None:
    async with gateway(hold=True, max_active_answers=1) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        calls = [scene.stub.StreamAnswer(asked, timeout=120) for _ in range(50)]
        for call in calls:
            await first_text(call)
        scene.upstreams.finish.set()
        ends = [(await events_of(call))[-1].completed.cache_status for call in calls]
        again = await events_of(scene.stub.StreamAnswer(asked, timeout=120))
    for method in ("UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary"):
        assert scene.upstreams.calls[method] == 1
    assert sorted(ends) == [pb2.CACHE_STATUS_MISS, *[pb2.CACHE_STATUS_JOINED] * 49]
    assert again[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT
