"""Room for questions at the gateway: who is refused, before what, and who has a place."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from grpc import aio

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.query_understanding.v1.query_understanding_pb2 import UnderstandQuestionRequest
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryResponse,
    SummaryCompleted,
    WritingLoad,
)
from askmesh.client import MeshStatus, askmesh_client
from askmesh.gateway.servicer import ASKING
from askmesh.gateway.wiring import gateway_service
from askmesh.rpc import quota_of, reason_of, retry_delay_of
from support.upstreams import Upstreams, settings_before, upstreams

SECONDS = 100.0
LEAST = 2
MOST = 512
FIRST = 8
"""A quarter of the way from LEAST to MOST, by ratio."""
BATCH = [("askmesh-priority", "batch")]


def _bytes(data: bytes) -> bytes:
    return data


@dataclass
class Scene:
    channel: aio.Channel
    upstreams: Upstreams
    port: int

    async def ask(
        self, name: str, tenant: str = "blue", more: list[tuple[str, str]] | None = None
    ) -> aio.AioRpcError | None:
        """Return how an answer ends: None if well."""
        stub = GatewayServiceStub(self.channel)
        metadata = [("askmesh-tenant", tenant), *(more or [])]
        request = pb2.StreamAnswerRequest(question=f"What is {name}?")
        call = stub.StreamAnswer(request, timeout=SECONDS, metadata=metadata)
        try:
            async for _ in call:
                pass
        except aio.AioRpcError as error:
            return error
        return None

    async def status(self) -> MeshStatus:
        async with askmesh_client(f"127.0.0.1:{self.port}", "127.0.0.1:1") as client:
            return await client.status()

    async def until(self, *, active: int, waiting: int) -> None:
        """Wait until so many answers are made, and so many questions wait."""
        async with asyncio.timeout(SECONDS):
            while True:
                status = await self.status()
                assert status.admission
                if (status.active_answer_count, status.admission.waiting_count) == (
                    active,
                    waiting,
                ):
                    return


@asynccontextmanager
async def gateway(places: int, **changes: object) -> AsyncGenerator[Scene]:
    """Run a gateway with so many places, whose answers wait for `upstreams.finish`."""
    patient: dict[str, object] = {
        "tenants": "default,blue,red,green",
        "max_active_answers": places,
        "min_active_answers": places,
        "place_wait_seconds": 600.0,
    }
    async with upstreams(hold=True) as behind:
        settings = settings_before(behind.address, **patient | changes)
        async with (
            gateway_service(settings) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            yield Scene(channel, behind, port)


async def refusal(scene: Scene) -> aio.AioRpcError:
    """Return the error of a request that is none, which nobody finds out before it is read."""
    ask = scene.channel.unary_stream(ASKING, _bytes, _bytes)
    call = ask(b"\xff no question", timeout=SECONDS, metadata=[("askmesh-tenant", "blue")])
    with pytest.raises(aio.AioRpcError) as caught:
        async for _ in call:
            pass
    return caught.value


async def test_without_room_a_request_is_refused_before_it_is_read() -> None:
    async with gateway(1) as scene, asyncio.TaskGroup() as tasks:
        read = await refusal(scene)
        tasks.create_task(scene.ask("a mesh"))
        await scene.until(active=1, waiting=0)
        tasks.create_task(scene.ask("a net"))
        await scene.until(active=1, waiting=1)
        assert await scene.ask("a knot")
        unread = await refusal(scene)
        status = await scene.status()
        scene.upstreams.finish.set()
    assert reason_of(read) == "REQUEST_NOT_PROTOBUF"
    assert unread.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(unread) == "TOO_MANY_ANSWERS"
    assert "try again in" in (unread.details() or "")
    assert (retry_delay_of(unread) or 0.0) > 0
    assert status.admission
    assert (status.admission.place_count, status.admission.refused_counts) == (1, {"full": 2})


async def test_a_question_that_waits_is_answered_when_a_place_is_free() -> None:
    async with gateway(1) as scene, asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(scene.ask("a mesh"))]
        await scene.until(active=1, waiting=0)
        await scene.upstreams.until_called("StreamSummary")
        asked.append(tasks.create_task(scene.ask("a net")))
        await scene.until(active=1, waiting=1)
        assert scene.upstreams.calls["StreamSummary"] == 1
        scene.upstreams.finish.set()
    assert [each.result() for each in asked] == [None, None]
    assert scene.upstreams.calls["StreamSummary"] == 2


async def test_a_tenant_that_takes_all_places_keeps_no_other_from_the_next() -> None:
    async with gateway(2) as scene, asyncio.TaskGroup() as tasks:
        for number in range(2):
            tasks.create_task(scene.ask(f"mesh {number}"))
        await scene.until(active=2, waiting=0)
        for number in range(2, 4):
            tasks.create_task(scene.ask(f"mesh {number}"))
        await scene.until(active=2, waiting=2)
        tasks.create_task(scene.ask("a net", tenant="red"))
        await scene.until(active=2, waiting=3)
        greedy = await scene.ask("a knot")
        scene.upstreams.finish.set()
    requests = scene.upstreams.requests["UnderstandQuestion"]
    asked = [each.question for each in cast("list[UnderstandQuestionRequest]", requests)]
    assert greedy
    assert quota_of(greedy) == "tenant:blue"
    assert asked.index("What is a net?") in {2, 3}  # two places were free at once


async def test_batch_questions_leave_places_to_people() -> None:
    async with gateway(2, place_wait_seconds=0.01) as scene, asyncio.TaskGroup() as tasks:
        tasks.create_task(scene.ask("a mesh", more=BATCH))
        await scene.until(active=1, waiting=0)
        refused = await scene.ask("a net", more=BATCH)
        tasks.create_task(scene.ask("a net"))
        await scene.until(active=2, waiting=0)
        status = await scene.status()
        scene.upstreams.finish.set()
    assert refused
    assert reason_of(refused) == "TOO_MANY_ANSWERS"
    assert status.admission
    assert status.admission.refused_counts == {"waited": 1}


async def test_an_answer_that_is_kept_needs_no_place() -> None:
    async with gateway(1) as scene, asyncio.TaskGroup() as tasks:
        scene.upstreams.finish.set()
        assert await scene.ask("a mesh") is None
        scene.upstreams.finish.clear()
        tasks.create_task(scene.ask("a net"))
        await scene.until(active=1, waiting=0)
        assert await scene.ask("a mesh") is None
        scene.upstreams.finish.set()


async def test_without_room_at_reranking_answers_go_without_and_fewer_are_made_at_once() -> None:
    async with gateway(MOST, min_active_answers=LEAST) as scene:
        scene.upstreams.finish.set()
        scene.upstreams.has_time_to_rerank = False
        assert await places_after(2, scene) == FIRST // 2


@pytest.mark.parametrize(("for_want_of_room", "expected"), [(True, FIRST // 2), (False, FIRST)])
async def test_a_language_model_without_room_counts_but_not_one_that_is_away(
    *, for_want_of_room: bool, expected: int
) -> None:
    missing = answer_pb2.Degradation(
        reason=answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
        for_want_of_room=for_want_of_room,
    )
    completed = SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
    async with gateway(MOST, min_active_answers=LEAST) as scene:
        scene.upstreams.summary = [
            StreamSummaryResponse(degradation=missing),
            StreamSummaryResponse(completed=completed),
        ]
        assert await places_after(2, scene) == expected


async def test_a_question_whose_text_would_wait_too_long_for_a_language_model_is_refused() -> None:
    load = WritingLoad(text_count=6, place_count=4, text_duration=Duration(seconds=8))
    completed = SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED, load=load)
    async with gateway(MOST) as scene:
        scene.upstreams.summary = [StreamSummaryResponse(completed=completed)]
        assert await scene.ask("a mesh") is None
        refused = await scene.ask("a net")
        assert refused
        assert reason_of(refused) == "TOO_MANY_ANSWERS"
        assert 4 < (retry_delay_of(refused) or 0) <= 5
        assert "language models" in (refused.details() or "")
        # From now on nothing is read of a question before it is known that it could be answered.
        assert reason_of(await refusal(scene)) == "TOO_MANY_ANSWERS"
        status = await scene.status()
        assert status.admission
        assert status.admission.refused_counts == {"writing": 2}


async def test_while_answers_are_whole_no_fewer_of_them_may_be_made_at_once() -> None:
    async with gateway(MOST, min_active_answers=LEAST) as scene:
        scene.upstreams.finish.set()
        assert await places_after(20, scene) == FIRST


async def places_after(answers: int, scene: Scene) -> int:
    """Return how many places there are once so many answers were made."""
    for number in range(answers):
        assert await scene.ask(f"mesh {number}") is None
    status = await scene.status()
    assert status.admission
    return status.admission.place_count


async def test_the_rate_of_a_caller_counts_no_question_without_room() -> None:
    async with gateway(1, questions_per_minute=1, question_burst=2) as scene:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scene.ask("a mesh"))
            await scene.until(active=1, waiting=0)
            tasks.create_task(scene.ask("a net", tenant="red"))
            await scene.until(active=1, waiting=1)
            assert await scene.ask("a knot", tenant="green")
            for _ in range(3):
                assert reason_of(await refusal(scene)) == "TOO_MANY_ANSWERS"
            scene.upstreams.finish.set()
        assert await scene.ask("a knot") is None
