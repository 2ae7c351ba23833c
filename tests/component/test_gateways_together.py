"""Two gateways with one Redis: an answer of one is an answer of both."""

import pytest
from grpc import aio

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ANSWERED, ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.rpc import reason_of
from support.two_gateways import ASKED, TwoGateways, begun, events_of, gateways


async def test_an_answer_goes_on_at_another_gateway_byte_for_byte(held: TwoGateways) -> None:
    events = await begun(held)
    answer_id = events[0].answer_id
    resume = pb2.ResumeAnswerRequest(answer_id=answer_id, after_sequence=events[-1].sequence)
    whole = pb2.ResumeAnswerRequest(answer_id=answer_id)
    rest = held.other.ResumeAnswer(resume, timeout=60)
    again = held.other.ResumeAnswer(whole, timeout=60)
    held.upstreams.finish.set()
    events += await events_of(rest)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    assert await events_of(again) == events
    assert await events_of(held.one.ResumeAnswer(whole, timeout=60)) == events
    assert held.upstreams.calls["StreamSummary"] == 1


async def test_any_gateway_cancels_for_all(held: TwoGateways) -> None:
    events = await begun(held)
    request = pb2.CancelAnswerRequest(answer_id=events[0].answer_id)
    assert (await held.other.CancelAnswer(request, timeout=60)).cancelled
    await held.upstreams.summary_cancelled.wait()
    whole = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    for gateway in (held.one, held.other):
        ends = await events_of(gateway.ResumeAnswer(whole, timeout=60))
        assert ends[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    assert not (await held.other.CancelAnswer(request, timeout=60)).cancelled


async def test_a_request_gets_its_answer_from_any_gateway(held: TwoGateways) -> None:
    events = await begun(held)
    held.upstreams.finish.set()
    repeated = await events_of(held.other.StreamAnswer(ASKED, timeout=60))
    assert repeated[: len(events)] == events
    assert await events_of(held.one.StreamAnswer(ASKED, timeout=60)) == repeated
    other = pb2.StreamAnswerRequest(question="What is a net?", request_id="r")
    with pytest.raises(aio.AioRpcError) as caught:
        await events_of(held.other.StreamAnswer(other, timeout=60))
    assert reason_of(caught.value) == "REQUEST_ID_REUSED"
    assert held.upstreams.calls["StreamSummary"] == 1


async def test_an_answer_of_another_tenant_is_unknown_everywhere(held: TwoGateways) -> None:
    events = await begun(held)
    request = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    call = held.other.ResumeAnswer(request, timeout=60, metadata=[("askmesh-tenant", "stranger")])
    with pytest.raises(aio.AioRpcError):
        await events_of(call)


async def test_answers_go_on_without_redis() -> None:
    async with gateways("redis://127.0.0.1:1") as scene:
        events = await events_of(scene.one.StreamAnswer(ASKED, timeout=60))
        assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
