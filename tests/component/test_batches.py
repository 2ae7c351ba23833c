"""Many questions at once, from the client through a gateway to what is behind it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import grpc
import pytest
from grpc import aio

from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.client import (
    BatchAnswer,
    BatchQuestion,
    Client,
    Completed,
    Priority,
    Reconnecting,
    TextDelta,
    Turn,
    askmesh_client,
)
from askmesh.errors import PassingError
from askmesh.gateway.wiring import gateway_service
from askmesh.rpc import reason_of
from support.scripted_mesh import ScriptedGateway, answer, scripted_mesh
from support.upstreams import Upstreams, settings_before, upstreams

HASTY = Reconnecting(base_seconds=0.01, cap_seconds=0.05)


@dataclass
class Scene:
    client: Client
    upstreams: Upstreams
    address: str


@asynccontextmanager
async def gateway(*, hold: bool = False, **changes: object) -> AsyncGenerator[Scene]:
    async with upstreams(hold=hold) as behind:
        settings = settings_before(behind.address, upstream_retry_seconds=0.01, **changes)
        async with gateway_service(settings) as port:
            address = f"127.0.0.1:{port}"
            async with askmesh_client(address, "127.0.0.1:1", reconnecting=HASTY) as client:
                yield Scene(client, behind, address)


def questions(count: int) -> list[BatchQuestion]:
    return [BatchQuestion(str(number), f"Question {number}?") for number in range(count)]


async def answers_of(
    client: Client,
    asked: AsyncIterable[BatchQuestion] | Iterable[BatchQuestion],
    *,
    patience_seconds: float = 60,
) -> dict[str, BatchAnswer]:
    """Return the answers by id; each has to come once."""
    found: dict[str, BatchAnswer] = {}
    async with aclosing(client.batch(asked, patience_seconds=patience_seconds)) as answers:
        async for answer in answers:
            assert answer.id not in found
            found[answer.id] = answer
    return found


def is_whole(answer: BatchAnswer) -> bool:
    numbered = [event.sequence for event in answer.events] == [1, 2, 3, 4, 5]
    return numbered and isinstance(answer.events[-1], Completed) and answer.failure is None


async def test_every_question_gets_its_whole_answer_with_the_priority_of_a_batch() -> None:
    async with gateway() as scene:
        found = await answers_of(scene.client, questions(20))
    assert found.keys() == {str(number) for number in range(20)}
    assert all(map(is_whole, found.values()))
    assert set(scene.upstreams.priorities["StreamSummary"]) == {Priority.BATCH}


async def test_a_thousand_equal_questions_are_answered_once() -> None:
    async with gateway(max_batch_answers=64, max_batch_answers_per_call=64) as scene:
        asked = [BatchQuestion(str(number), "What is a mesh?") for number in range(1000)]
        found = await answers_of(scene.client, asked)
    assert len(found) == 1000
    assert all(map(is_whole, found.values()))
    calls = scene.upstreams.calls
    assert (calls["RetrievePassages"], calls["RankPassages"], calls["StreamSummary"]) == (1, 1, 1)


async def test_one_bad_question_is_one_failure() -> None:
    asked = [
        BatchQuestion("long", "x" * 4001),
        BatchQuestion("empty", " "),
        BatchQuestion("talk", "Why?", conversation=(Turn("q", "a"),) * 51),
        BatchQuestion("good", "What is a mesh?"),
    ]
    async with gateway() as scene:
        found = await answers_of(scene.client, asked)
    reasons = {key: each.failure.reason for key, each in found.items() if each.failure}
    assert reasons == {
        "long": "QUESTION_TOO_LONG",
        "empty": "QUESTION_EMPTY",
        "talk": "CONVERSATION_TOO_LONG",
    }
    assert is_whole(found["good"])


async def test_a_batch_that_is_asked_again_gets_the_answers_that_were_made() -> None:
    async with gateway(answer_cache_seconds=0) as scene:
        first = await answers_of(scene.client, questions(3))
        made = scene.upstreams.calls["StreamSummary"]
        again = await answers_of(scene.client, questions(3))
        other = await answers_of(scene.client, [BatchQuestion("0", "Another question?")])
    assert again == first
    assert made == 3
    assert is_whole(other["0"])


async def test_no_more_questions_are_taken_than_may_be_answered_at_once() -> None:
    async with (
        gateway(hold=True, max_batch_answers=2) as scene,
        asyncio.TaskGroup() as tasks,
        aio.insecure_channel(scene.address) as channel,
    ):
        asking = tasks.create_task(answers_of(scene.client, questions(30)))
        await scene.upstreams.until_called("StreamSummary")
        status = pb2.GetMeshStatusRequest()
        stub = GatewayServiceStub(channel)
        active: list[int] = []
        while len(active) < 5:
            told = await stub.GetMeshStatus(status, timeout=60)
            active.append(told.active_answer_count)
        assert max(active) <= 2
        scene.upstreams.hold = False
        scene.upstreams.finish.set()
        assert len(await asking) == 30


async def test_a_person_has_a_place_while_a_batch_has_all_that_it_may_have() -> None:
    places = {"min_active_answers": 4, "max_active_answers": 4, "max_batch_answers_per_call": 8}
    async with (
        gateway(hold=True, **places) as scene,
        asyncio.TaskGroup() as tasks,
        aio.insecure_channel(scene.address) as channel,
        asyncio.timeout(60),
    ):
        asking = tasks.create_task(answers_of(scene.client, questions(12)))
        stub, active = GatewayServiceStub(channel), 0
        while active < 3:
            status = await stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=60)
            active = status.active_answer_count
        async with aclosing(scene.client.ask("A person's question?")) as person:
            async for event in person:
                if isinstance(event, TextDelta):
                    break
        asked = list(scene.upstreams.priorities["StreamSummary"])
        assert asked.count(Priority.INTERACTIVE) == 1
        assert asked.count(Priority.BATCH) <= 3
        scene.upstreams.finish.set()
        assert all(map(is_whole, (await asking).values()))


async def test_questions_wait_for_a_place_while_others_have_all_of_them() -> None:
    async with (
        gateway(hold=True, max_active_answers=1) as scene,
        asyncio.TaskGroup() as tasks,
        aclosing(scene.client.ask("A person's question?")) as person,
    ):
        async for event in person:
            if isinstance(event, TextDelta):
                break
        asking = tasks.create_task(answers_of(scene.client, questions(2)))
        scene.upstreams.finish.set()
        async for event in person:
            assert isinstance(event, Completed)
        assert all(map(is_whole, (await asking).values()))


async def test_what_passes_is_waited_for() -> None:
    async with gateway() as scene:
        scene.upstreams.begun = 0  # summarization goes away at once

        async def until_it_works() -> AsyncGenerator[BatchQuestion]:
            *first, last = questions(6)
            for question in first:
                yield question
            await scene.upstreams.until_called("StreamSummary")
            scene.upstreams.begun = None
            yield last

        found = await answers_of(scene.client, until_it_works())
    assert found.keys() == set("012345")
    assert all(map(is_whole, found.values()))


async def test_what_does_not_pass_is_raised_when_the_patience_is_over() -> None:
    async with gateway() as scene:
        scene.upstreams.begun = 0
        with pytest.raises(PassingError) as caught:
            await answers_of(scene.client, questions(3), patience_seconds=0.2)
    assert caught.value.reason == "SUMMARIZATION_UNAVAILABLE"


async def test_an_answer_that_a_gateway_gave_up_is_asked_for_again_as_another_request() -> None:
    gateway = ScriptedGateway(answer(4), given_up=2)
    async with scripted_mesh(gateway) as mesh:
        first = await answers_of(mesh.client, questions(1))
        again = await answers_of(mesh.client, questions(1))
    assert [is_whole(found["0"]) for found in (first, again)] == [True, True]
    ids = [question.request_id for question in gateway.questions]
    assert len(set(ids)) == 3
    assert ids[-1] == ids[0]


async def test_a_question_without_a_name_ends_the_call_with_a_reason() -> None:
    async with gateway() as scene, aio.insecure_channel(scene.address) as channel:
        call = GatewayServiceStub(channel).AnswerQuestions(timeout=60)
        await call.write(
            pb2.AnswerQuestionsRequest(question=pb2.StreamAnswerRequest(question="Why?"))
        )
        with pytest.raises(aio.AioRpcError) as caught:
            async for _ in call:
                pass
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "REQUEST_ID_EMPTY"
