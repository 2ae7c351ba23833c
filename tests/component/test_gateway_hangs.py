"""Services behind the gateway that never answer. Only what hangs has little time here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import grpc
import pytest
from grpc import aio

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.gateway.wiring import gateway_service
from askmesh.rpc import reason_of, retry_delay_of
from support.upstreams import Upstreams, settings_before, upstreams

SHORT = 0.1
LONG = 60.0
QUESTION = pb2.StreamAnswerRequest(question="What is a mesh?")


@dataclass
class Scene:
    stub: GatewayServiceStub
    upstreams: Upstreams

    async def ask(self, seconds: float = LONG) -> list[pb2.AnswerEvent]:
        call = self.stub.StreamAnswer(QUESTION, timeout=seconds)
        return [message.event async for message in call if message.HasField("event")]

    async def failure(self, seconds: float = LONG) -> aio.AioRpcError:
        with pytest.raises(aio.AioRpcError) as caught:
            await self.ask(seconds)
        return caught.value


@asynccontextmanager
async def gateway(
    *, hung: str, retry_seconds: float = LONG, **seconds: float
) -> AsyncGenerator[Scene]:
    """Run a gateway before a method that hangs, with `seconds` for its stage."""
    async with upstreams() as behind:
        behind.hung.add(hung)
        settings = settings_before(
            behind.address,
            upstream_retry_seconds=retry_seconds,
            writing_reserve_seconds=0,
            **seconds,
        )
        async with (
            gateway_service(settings) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            yield Scene(GatewayServiceStub(channel), behind)


def missing(events: list[pb2.AnswerEvent]) -> list[answer_pb2.DegradationReason.ValueType]:
    assert events[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    return [each.reason for each in events[-1].completed.degradations]


@pytest.mark.parametrize(
    ("method", "setting", "reason"),
    [
        (
            "UnderstandQuestion",
            "understanding_seconds",
            answer_pb2.DEGRADATION_REASON_QUERY_UNDERSTANDING_UNAVAILABLE,
        ),
        (
            "RankPassages",
            "reranking_seconds",
            answer_pb2.DEGRADATION_REASON_RERANKING_UNAVAILABLE,
        ),
    ],
)
async def test_what_is_optional_is_left_out_and_the_next_question_does_not_wait_for_it(
    method: str,
    setting: str,
    reason: answer_pb2.DegradationReason.ValueType,
) -> None:
    async with gateway(hung=method, **{setting: SHORT}) as scene:
        for _ in range(3):
            assert missing(await scene.ask()) == [reason]
    assert scene.upstreams.calls[method] <= 1  # what is slow today may not reach it in time


@pytest.mark.parametrize(
    ("method", "setting", "reason"),
    [
        ("RetrievePassages", "retrieval_seconds", "RETRIEVAL_UNAVAILABLE"),
        ("StreamSummary", "summary_silence_seconds", "SUMMARIZATION_UNAVAILABLE"),
    ],
)
async def test_what_is_needed_fails_with_its_name_and_the_next_question_fails_at_once(
    method: str, setting: str, reason: str
) -> None:
    async with gateway(hung=method, **{setting: SHORT}) as scene:
        for _ in range(3):
            error = await scene.failure()
            assert error.code() is grpc.StatusCode.UNAVAILABLE
            assert reason_of(error) == reason
            assert retry_delay_of(error)
    assert scene.upstreams.calls[method] <= 1


async def test_a_summary_that_falls_silent_in_the_middle_ends_with_its_name() -> None:
    async with gateway(hung="", summary_silence_seconds=SHORT) as scene:
        scene.upstreams.hold = True
        error = await scene.failure()
        await scene.upstreams.summary_cancelled.wait()
    assert reason_of(error) == "SUMMARIZATION_UNAVAILABLE"


async def test_a_service_that_works_again_is_used_again() -> None:
    async with gateway(hung="RankPassages", reranking_seconds=SHORT, retry_seconds=0) as scene:
        assert missing(await scene.ask())
        scene.upstreams.hung.clear()
        while missing(await scene.ask()):  # what is slow today may miss the short time
            pass
    assert scene.upstreams.calls["RankPassages"] > 1


async def test_a_question_in_a_hurry_says_nothing_about_a_service() -> None:
    async with gateway(hung="RankPassages", reranking_seconds=LONG) as scene:
        async with asyncio.timeout(LONG):
            while scene.upstreams.calls["RankPassages"] < 2:
                with suppress(aio.AioRpcError):  # a moment may be left, and enough to go without
                    await scene.ask(seconds=1)


async def test_without_any_time_an_answer_ends_with_a_deadline() -> None:
    async with gateway(hung="", answer_seconds=1e-6) as scene:
        error = await scene.failure()
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reason_of(error) == "DEADLINE_EXCEEDED"
    assert scene.upstreams.calls["RetrievePassages"] == 0


async def test_the_status_does_not_wait_for_what_hangs() -> None:
    async with gateway(hung="GetIndexStatus", status_seconds=SHORT) as scene:
        status = await scene.stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=LONG)
    assert len(status.services) == 4
    assert (status.indexed_revision, status.passage_count) == (0, 0)


async def test_the_status_goes_without_models_that_are_not_told() -> None:
    async with gateway(hung="ListLanguageModels", status_seconds=SHORT) as scene:
        status = await scene.stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=LONG)
    assert len(status.services) == 4
    assert not status.language_models


async def test_the_status_says_which_service_questions_do_not_ask_now() -> None:
    async with gateway(hung="StreamSummary", summary_silence_seconds=SHORT) as scene:
        await scene.failure()
        status = await scene.stub.GetMeshStatus(pb2.GetMeshStatusRequest(), timeout=LONG)
    states = {service.name: service.breaker_state for service in status.services}
    assert states.pop("summarization") == pb2.BREAKER_STATE_OPEN
    assert set(states.values()) == {pb2.BREAKER_STATE_CLOSED}
