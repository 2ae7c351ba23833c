"""Answers that are kept, found by any gateway."""

import pytest
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.rpc import reason_of
from support.redis_server import RedisServer
from support.two_gateways import ASKED, EQUAL, alike, events_of, gateways


async def test_an_equal_question_at_another_gateway_finds_the_answer(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        await events_of(scene.one.StreamAnswer(asked, timeout=60))
        found = await events_of(scene.other.StreamAnswer(asked, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT
        assert scene.upstreams.calls["StreamSummary"] == 1
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        once_more = await events_of(scene.one.StreamAnswer(asked, timeout=60))
        assert alike(once_more) == alike(found)
        again = pb2.ResumeAnswerRequest(answer_id=once_more[0].answer_id)
        assert await events_of(scene.other.ResumeAnswer(again, timeout=60)) == once_more
        stranger = scene.other.ResumeAnswer(again, timeout=60, metadata=[("askmesh-tenant", "x")])
        with pytest.raises(aio.AioRpcError):
            await events_of(stranger)


async def test_a_question_in_other_words_is_known_at_all_gateways(redis: RedisServer) -> None:
    redis.empty()
    other_words = pb2.StreamAnswerRequest(question="what's a mesh", request_id="other")
    async with gateways(redis.address, other_words_error=1.0) as scene:
        asked = pb2.StreamAnswerRequest(question="What is a mesh?")
        await events_of(scene.one.StreamAnswer(asked, timeout=60))
        found = await events_of(scene.other.StreamAnswer(other_words, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_SEMANTIC_HIT
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        assert await events_of(scene.one.StreamAnswer(other_words, timeout=60)) == found


async def test_an_answer_from_the_cache_keeps_its_request(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        await events_of(scene.one.StreamAnswer(EQUAL, timeout=60))
        found = await events_of(scene.other.StreamAnswer(ASKED, timeout=60))
        assert found[-1].completed.cache_status == pb2.CACHE_STATUS_EXACT_HIT
        assert await events_of(scene.one.StreamAnswer(ASKED, timeout=60)) == found
        misused = pb2.StreamAnswerRequest(question="another", request_id=ASKED.request_id)
        for gateway in (scene.one, scene.other):
            with pytest.raises(aio.AioRpcError) as caught:
                await events_of(gateway.StreamAnswer(misused, timeout=60))
            assert reason_of(caught.value) == "REQUEST_ID_REUSED"


async def test_who_resumes_an_answer_from_the_cache_elsewhere_may_ask_again_there(
    redis: RedisServer,
) -> None:
    redis.empty()
    async with gateways(redis.address) as scene:
        await events_of(scene.one.StreamAnswer(EQUAL, timeout=60))
        found = await events_of(scene.other.StreamAnswer(ASKED, timeout=60))
        again = pb2.ResumeAnswerRequest(answer_id=found[0].answer_id)
        assert await events_of(scene.one.ResumeAnswer(again, timeout=60)) == found
        assert await events_of(scene.one.StreamAnswer(ASKED, timeout=60)) == found


async def test_what_nobody_keeps_is_made_anew_for_the_next_who_asks(redis: RedisServer) -> None:
    redis.empty()
    async with gateways(redis.address, answer_cache_seconds=0) as scene:
        for gateway, count in ((scene.one, 1), (scene.other, 2)):
            events = await events_of(gateway.StreamAnswer(EQUAL, timeout=60))
            assert events[-1].completed.cache_status == pb2.CACHE_STATUS_MISS
            assert scene.upstreams.calls["StreamSummary"] == count
