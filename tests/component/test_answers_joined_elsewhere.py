"""Equal questions that come to two gateways at once."""

from collections import Counter
from collections.abc import Sequence

import pytest
from grpc import aio

from askmesh.api.common.v1.answer_pb2 import ANSWER_OUTCOME_ANSWERED, ANSWER_OUTCOME_CANCELLED
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.gateway.running import ATTEMPTS
from askmesh.rpc import reason_of
from support.redis_server import RedisServer
from support.two_gateways import EQUAL, Reading, TwoGateways, alike, events_of, gateways

MAKING = ("UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary")


async def joined(scene: TwoGateways) -> tuple[Reading, Reading]:
    """Ask one gateway and then the other the same, until both have the first words."""
    first = Reading(scene.one.StreamAnswer(EQUAL, timeout=60))
    await first.words()
    second = Reading(scene.other.StreamAnswer(EQUAL, timeout=60))
    await second.words()
    return first, second


def statuses(answers: Sequence[Sequence[pb2.AnswerEvent]]) -> Counter[int]:
    return Counter(int(events[-1].completed.cache_status) for events in answers)


async def test_equal_questions_to_two_gateways_cost_one_of_everything(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address, hold=True) as scene:
        both = [scene.one, scene.other]
        calls = [both[number % 2].StreamAnswer(EQUAL, timeout=60) for number in range(100)]
        readings = [Reading(call) for call in calls]
        for reading in readings:
            await reading.words()
        scene.upstreams.finish.set()
        answers = [await reading.rest() for reading in readings]
        made = {name: scene.upstreams.calls[name] for name in MAKING}
    assert made == dict.fromkeys(MAKING, 1)
    assert len({alike(events) for events in answers}) == 1
    assert len({events[0].answer_id for events in answers}) == 100
    assert statuses(answers) == {pb2.CACHE_STATUS_MISS: 1, pb2.CACHE_STATUS_JOINED: 99}


async def test_those_who_joined_at_another_gateway_outlive_a_failure(held: TwoGateways) -> None:
    held.upstreams.broken = ATTEMPTS
    first, second = await joined(held)
    held.upstreams.finish.set()
    with pytest.raises(aio.AioRpcError):
        await first.rest()
    events = await second.rest()
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert "".join(event.text_delta.text for event in events) == "A mesh is a net. "
    assert events[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    again = pb2.ResumeAnswerRequest(answer_id=events[0].answer_id)
    assert await events_of(held.one.ResumeAnswer(again, timeout=60)) == events


async def test_those_who_joined_at_another_gateway_fail_when_it_fails_again(
    held: TwoGateways,
) -> None:
    held.upstreams.broken = 3 * ATTEMPTS
    _, second = await joined(held)
    held.upstreams.finish.set()
    with pytest.raises(aio.AioRpcError):
        await second.rest()
    assert held.upstreams.calls["StreamSummary"] < 2 * ATTEMPTS


async def test_cancelling_ends_nothing_for_those_who_joined_at_another_gateway(
    held: TwoGateways,
) -> None:
    first, second = await joined(held)
    request = pb2.CancelAnswerRequest(answer_id=first.events[0].answer_id)
    assert (await held.other.CancelAnswer(request, timeout=60)).cancelled
    cancelled = await first.rest()
    assert cancelled[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    held.upstreams.finish.set()
    assert (await second.rest())[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
    again = pb2.ResumeAnswerRequest(answer_id=cancelled[0].answer_id)
    for gateway in (held.one, held.other):
        assert await events_of(gateway.ResumeAnswer(again, timeout=60)) == cancelled


async def test_an_answer_that_joined_is_cancelled_for_all_who_read_it(held: TwoGateways) -> None:
    first, second = await joined(held)
    request = pb2.CancelAnswerRequest(answer_id=second.events[0].answer_id)
    assert (await held.one.CancelAnswer(request, timeout=60)).cancelled
    with pytest.raises(aio.AioRpcError) as caught:
        await second.rest()
    assert reason_of(caught.value) == "ANSWER_MOVED"
    again = pb2.ResumeAnswerRequest(answer_id=second.events[0].answer_id)
    for gateway in (held.one, held.other):
        ends = await events_of(gateway.ResumeAnswer(again, timeout=60))
        assert ends[-1].completed.outcome == ANSWER_OUTCOME_CANCELLED
    held.upstreams.finish.set()
    assert (await first.rest())[-1].completed.outcome == ANSWER_OUTCOME_ANSWERED
