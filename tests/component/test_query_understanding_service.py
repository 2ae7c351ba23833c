"""Query understanding over gRPC."""

from collections.abc import AsyncGenerator
from pathlib import Path

import grpc
import pytest
from grpc import aio

from askmesh.api.query_understanding.v1 import query_understanding_pb2 as pb2
from askmesh.api.query_understanding.v1.query_understanding_pb2_grpc import (
    QueryUnderstandingServiceStub,
)
from askmesh.errors import StartupError
from askmesh.query_understanding.settings import Settings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.rpc import channel_to, field_violations_of, reason_of
from askmesh.telemetry import silent_telemetry


@pytest.fixture
async def stub() -> AsyncGenerator[QueryUnderstandingServiceStub]:
    settings = Settings(address="127.0.0.1:0", metrics_address="127.0.0.1:0", drain_seconds=0)
    async with (
        query_understanding_service(settings) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        yield QueryUnderstandingServiceStub(channel)


async def test_a_question_in_a_conversation_becomes_a_plan(
    stub: QueryUnderstandingServiceStub,
) -> None:
    request = pb2.UnderstandQuestionRequest(
        question="What do reports since March 2024 say of the price of Redis in docs/x.md?",
        conversation=[pb2.Turn(question="What is Kafka?", answer="A log.")],
    )
    plan = (await stub.UnderstandQuestion(request, timeout=60)).plan
    assert plan.standalone_question == (
        "What do reports since March 2024 say of the price of Redis in docs/x.md?"
    )
    assert plan.intent == pb2.INTENT_FACT
    assert plan.language == "en"
    assert plan.numbers == ["March 2024"]
    assert plan.filter.sources == ["docs/x.md"]
    assert plan.filter.modified_after_time.ToJsonString() == "2024-03-01T00:00:00Z"
    assert not plan.filter.HasField("modified_before_time")
    assert not plan.model_assisted


async def test_every_intent_has_its_name_on_the_wire(stub: QueryUnderstandingServiceStub) -> None:
    questions = {
        "Who is Ada?": pb2.INTENT_FACT,
        "Why is it blue?": pb2.INTENT_EXPLANATION,
        "Compare tea and coffee": pb2.INTENT_COMPARISON,
        "List all services": pb2.INTENT_LIST,
        "hello": pb2.INTENT_SMALL_TALK,
        "write me a poem": pb2.INTENT_OUT_OF_SCOPE,
    }
    for question, intent in questions.items():
        request = pb2.UnderstandQuestionRequest(question=question)
        assert (await stub.UnderstandQuestion(request, timeout=60)).plan.intent == intent


@pytest.mark.parametrize(
    ("question", "turns", "reason", "field"),
    [
        (" \n\u200b", [], "QUESTION_EMPTY", "question"),
        ("a" * 4001, [], "QUESTION_TOO_LONG", "question"),
        ("?!...", [], "QUESTION_NOT_TEXT", "question"),
        (
            "Why?",
            [pb2.Turn(question="q", answer="a")] * 51,
            "CONVERSATION_TOO_LONG",
            "conversation",
        ),
        ("Why?", [pb2.Turn(answer="a" * 50_001)], "CONVERSATION_TOO_LONG", "conversation"),
    ],
)
async def test_bad_requests_are_refused_with_a_reason(
    stub: QueryUnderstandingServiceStub,
    question: str,
    turns: list[pb2.Turn],
    reason: str,
    field: str,
) -> None:
    request = pb2.UnderstandQuestionRequest(question=question, conversation=turns)
    with pytest.raises(aio.AioRpcError) as caught:
        await stub.UnderstandQuestion(request, timeout=60)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == reason
    assert field_violations_of(caught.value) == [field]


COMPLETING = """
name = "smollm2-135m-instruct"
tokenizer = "smollm2-135m-instruct"
context_tokens = 2048
max_output_tokens = 160
support_bar = 0.85
completes_questions = true
"""


async def test_a_model_that_cannot_be_reached_changes_nothing(tmp_path: Path) -> None:
    profile = tmp_path / "completing.toml"
    profile.write_text(COMPLETING, encoding="utf-8")
    settings = Settings(
        address="127.0.0.1:0",
        metrics_address="127.0.0.1:0",
        drain_seconds=0,
        triton_address="127.0.0.1:1",
        profile=str(profile),
        rewriting_seconds=0.5,
    )
    request = pb2.UnderstandQuestionRequest(
        question="Which one is faster?",
        conversation=[pb2.Turn(question="Compare Redis and MongoDB", answer="Done.")],
    )
    async with (
        query_understanding_service(settings) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        stub = QueryUnderstandingServiceStub(channel)
        plan = (await stub.UnderstandQuestion(request, timeout=60)).plan
    assert plan.standalone_question == "Which one is faster? (Compare Redis and MongoDB Done.)"
    assert not plan.model_assisted


async def test_an_unknown_profile_is_named_before_the_service_starts() -> None:
    settings = Settings(
        address="127.0.0.1:0",
        metrics_address="127.0.0.1:0",
        triton_address="127.0.0.1:1",
        profile="gpt-9",
    )
    with pytest.raises(StartupError) as caught:
        async with query_understanding_service(settings):
            pass
    assert caught.value.message.startswith("QUERY_UNDERSTANDING_PROFILE gpt-9 ")
    assert "\n" not in caught.value.message
