"""The summarization service over gRPC, with a scripted language model."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from grpc import aio

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.errors import StartupError
from askmesh.inference import LanguageModel, LanguageModelUnavailableError
from askmesh.rpc import channel_to, reason_of
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_server, summarization_service
from askmesh.telemetry import silent_telemetry
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import CRISIS, QUESTION

Response = summarization_pb2.StreamSummaryResponse

PROFILE = """
name = "scripted"
context_tokens = 2048
max_output_tokens = 128
"""
BEGAN = "The oil crisis began in October 1973 [1]."


@asynccontextmanager
async def _client(
    model: LanguageModel, profile: str, **seconds: float
) -> AsyncGenerator[SummarizationServiceStub]:
    own = {
        "address": "127.0.0.1:0",
        "heartbeat_seconds": 60,
        "drain_seconds": 0,
        "profile": profile,
    }
    settings = Settings.model_validate(own | seconds)
    signals = silent_telemetry()
    async with (
        summarization_server(settings, signals, model) as port,
        channel_to(f"127.0.0.1:{port}", signals) as channel,
    ):
        yield SummarizationServiceStub(channel)


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("profiles") / "scripted.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return str(path)


@pytest.fixture
def large_profile(profile: str) -> str:
    """A model that writes a text beside a table."""
    Path(profile).write_text(f'{PROFILE}policy = "mark"\n', encoding="utf-8")
    return profile


def _request(
    question: str = QUESTION, *, sources: int = 1, wants_table: bool = False
) -> summarization_pb2.StreamSummaryRequest:
    passage = passage_pb2.Passage(passage_id="crisis", title=CRISIS.title, text=CRISIS.text)
    scored = [
        summarization_pb2.SourceSentence(start_offset=0, end_offset=80, score=0.9),
        summarization_pb2.SourceSentence(start_offset=81, end_offset=155, score=0.1),
    ]
    source = summarization_pb2.Source(passage=passage, score=0.9, sentences=scored)
    return summarization_pb2.StreamSummaryRequest(
        question=question, sources=[source] * sources, wants_table=wants_table
    )


async def _answer(
    stub: SummarizationServiceStub, request: summarization_pb2.StreamSummaryRequest
) -> list[Response]:
    return [response async for response in stub.StreamSummary(request, timeout=60)]


def _text(responses: list[Response]) -> str:
    return "".join(response.text_delta.text for response in responses)


async def test_an_answer_is_text_with_citations_and_one_completion(profile: str) -> None:
    async with _client(ScriptedLanguageModel(BEGAN), profile) as stub:
        responses = await _answer(stub, _request())
    kinds = [response.WhichOneof("event") for response in responses]
    assert kinds == ["text_delta", "citation", "completed"]
    citation = responses[1].citation
    cited = _text(responses)[citation.start_offset : citation.end_offset]
    assert cited == "The oil crisis began in October 1973."
    assert citation.passage_id == "crisis"
    assert citation.quote in CRISIS.text
    completed = responses[-1].completed
    assert completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED
    assert completed.usage.model == "scripted"
    assert completed.usage.completion_token_count == 8
    assert completed.supported_sentence_count == 1
    assert completed.HasField("first_model_token_duration")


async def test_no_sources_means_an_abstention(profile: str) -> None:
    async with _client(ScriptedLanguageModel(BEGAN), profile) as stub:
        responses = await _answer(stub, _request(sources=0))
    assert responses[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_ABSTAINED
    reason = answer_pb2.ABSTENTION_REASON_NOTHING_NEAR
    assert responses[-1].completed.abstention.reason == reason
    assert not responses[-1].completed.HasField("first_model_token_duration")


async def test_a_failing_model_is_a_degradation_and_no_error(profile: str) -> None:
    async def fail(_: int) -> None:
        raise LanguageModelUnavailableError("LANGUAGE_MODEL_UNAVAILABLE", "10.0.0.1 is gone")

    async with _client(ScriptedLanguageModel(BEGAN, before_chunk=fail), profile) as stub:
        responses = await _answer(stub, _request())
    (degradation,) = [r.degradation for r in responses if r.HasField("degradation")]
    reason = answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
    assert degradation.reason == reason
    assert "10.0.0.1" not in degradation.detail
    assert not responses[-1].completed.load.place_count  # nothing is to be written by it
    assert _text(responses).startswith("\u201cThe oil crisis began in October 1973")
    assert responses[-1].completed.outcome == answer_pb2.ANSWER_OUTCOME_ANSWERED


async def test_a_table_comes_with_its_header_first(profile: str) -> None:
    script = f"{BEGAN}\nEvent | Date\noil crisis | October 1973 [1]\n"
    async with _client(ScriptedLanguageModel(script), profile) as stub:
        responses = await _answer(stub, _request(wants_table=True))
    (table,) = [r.table_delta for r in responses if r.HasField("table_delta")]
    assert list(table.columns) == ["Event", "Date"]
    assert list(table.rows[0].cells) == ["oil crisis", "October 1973"]
    assert list(table.rows[0].source_numbers) == [1]


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (_request(" "), "QUESTION_EMPTY"),
        (_request("x" * 4001), "QUESTION_TOO_LONG"),
        (_request("?!"), "QUESTION_NOT_TEXT"),
        (_request(sources=51), "TOO_MANY_SOURCES"),
    ],
)
async def test_requests_beyond_the_limits_are_refused_with_a_reason(
    profile: str, request_: summarization_pb2.StreamSummaryRequest, reason: str
) -> None:
    async with _client(ScriptedLanguageModel(BEGAN), profile) as stub:
        with pytest.raises(aio.AioRpcError) as caught:
            await _answer(stub, request_)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == reason


def _holding(
    held: asyncio.Semaphore, let_go: asyncio.Semaphore
) -> Callable[[int], Awaitable[None]]:
    async def before_chunk(sent: int) -> None:
        if sent == 2:
            held.release()
            try:
                await asyncio.Event().wait()
            finally:
                let_go.release()

    return before_chunk


async def test_cancelling_the_call_stops_both_generations_at_once(large_profile: str) -> None:
    held, let_go = asyncio.Semaphore(0), asyncio.Semaphore(0)
    model = ScriptedLanguageModel(BEGAN, before_chunk=_holding(held, let_go))
    async with _client(model, large_profile) as stub:
        call = stub.StreamSummary(_request(wants_table=True), timeout=60)
        reading = asyncio.ensure_future(call.read())
        await held.acquire()
        await held.acquire()
        assert model.active == 2
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(60):
            await let_go.acquire()
            await let_go.acquire()
    assert model.abandoned == 2


async def test_an_answer_meets_its_deadline_with_quotes(profile: str) -> None:
    hold = _holding(asyncio.Semaphore(0), asyncio.Semaphore(0))
    model = ScriptedLanguageModel(BEGAN, before_chunk=hold)
    async with _client(model, profile, deadline_margin_seconds=9) as stub:
        call = stub.StreamSummary(_request(), timeout=10)
        responses = [response async for response in call]
    assert _text(responses).startswith("\u201cThe oil crisis began")
    assert responses[-1].HasField("completed")


async def test_an_answer_that_takes_long_gives_signs_of_life(profile: str) -> None:
    hold = _holding(asyncio.Semaphore(0), asyncio.Semaphore(0))
    model = ScriptedLanguageModel(BEGAN, before_chunk=hold)
    async with _client(model, profile, heartbeat_seconds=0.01) as stub:
        call = stub.StreamSummary(_request(), timeout=60)
        beats = 0
        async for response in call:
            beats += response.HasField("heartbeat")
            if beats == 3:
                break
    assert beats == 3


async def test_signs_of_life_and_the_end_say_how_much_the_model_has_to_write(profile: str) -> None:
    go_on = asyncio.Event()

    async def hold(_: int) -> None:
        await go_on.wait()

    model = ScriptedLanguageModel(BEGAN, before_chunk=hold)
    loads: list[summarization_pb2.WritingLoad] = []
    async with _client(model, profile, heartbeat_seconds=0.01) as stub:
        async for response in stub.StreamSummary(_request(), timeout=60):
            event = response.heartbeat if response.HasField("heartbeat") else response.completed
            loads.append(event.load)
            if event.load.text_count:
                go_on.set()
    said = [(load.text_count, load.place_count) for load in loads]
    assert (1, 4) in said
    assert said[-1] == (0, 4)
    assert loads[-1].HasField("text_duration")


async def test_an_unknown_profile_is_told_at_start() -> None:
    settings = Settings(address="127.0.0.1:0", metrics_address="127.0.0.1:0", profile="unknown")
    with pytest.raises(StartupError, match="SUMMARIZATION_PROFILE"):
        async with summarization_service(settings):
            pass
