"""Summarization with a real Triton that is cancelled or killed in the middle of an answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from grpc import aio

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2 as pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.inference import triton_language_model
from askmesh.rpc import channel_to
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_server
from askmesh.telemetry import silent_telemetry
from support.triton import RunningTriton, askmesh_home, running_triton
from support.writing_beside import writing_beside

TEXT = (
    "The goats of Hollin Farm are milked twice a day. "
    "Each goat gives about three litres of milk a day. "
    "The milk is cooled to four degrees before the tanker comes."
)

SummaryCall = aio.UnaryStreamCall[pb2.StreamSummaryRequest, pb2.StreamSummaryResponse]


@asynccontextmanager
async def summary(triton: RunningTriton) -> AsyncGenerator[SummaryCall]:
    """Ask for an answer, and yield the call once Triton is writing."""
    settings = Settings(
        address="127.0.0.1:0",
        triton_address=triton.address,
        first_token_seconds=100,
        drain_seconds=0,
    ).model_copy(update={"home": askmesh_home()})
    request = pb2.StreamSummaryRequest(
        question="How does Hollin Farm keep its goats?",
        sources=[pb2.Source(passage=passage_pb2.Passage(passage_id="p", text=TEXT), score=0.9)],
    )
    async with (
        triton_language_model(triton.address, "ensemble", silent_telemetry()) as model,
        summarization_server(settings, silent_telemetry(), model) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        call = SummarizationServiceStub(channel).StreamSummary(request, timeout=110)
        while not await asyncio.to_thread(triton.in_flight, "ensemble"):
            pass
        yield call


async def test_cancelling_the_call_takes_triton_back_to_idle(
    triton: RunningTriton,
) -> None:
    async with writing_beside(triton, "tensorrt_llm") as beside:

        async def pieces_until_idle() -> int:
            return await beside.pieces_while(lambda: triton.in_flight("ensemble"))

        async with summary(triton):
            whole_answer = await pieces_until_idle()
        async with summary(triton) as call:
            call.cancel()
            assert await pieces_until_idle() < whole_answer / 2


async def test_an_answer_whose_triton_is_killed_ends_with_marked_quotes() -> None:
    with running_triton({"TRITON_CPU_MODELS": "ensemble"}) as triton:
        async with summary(triton) as call:
            triton.kill()
            messages = [message async for message in call]
    events = [message.WhichOneof("event") for message in messages]
    degradations = [each.degradation for each in messages if each.HasField("degradation")]
    assert [each.reason for each in degradations] == [
        answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
    ]
    assert "twice a day" in "".join(each.text_delta.text for each in messages)
    assert events.count("completed") == 1
    assert messages[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
