"""Several language models behind one service: real Triton and llama.cpp, killed, hung, refusing."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.summarization.v1 import summarization_pb2 as pb2
from askmesh.api.summarization.v1.summarization_pb2_grpc import SummarizationServiceStub
from askmesh.inference import LanguageModelEntry
from askmesh.rpc import channel_to
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_service
from askmesh.telemetry import silent_telemetry
from support.http_replies import DONE, HttpReplies, chunk, http_replies, reply, stream
from support.openai_server import KEY, RunningOpenAiServer
from support.signals import stopped
from support.triton import RunningTriton, askmesh_home, running_triton

SENTENCE = "The goats are milked twice a day."
QUOTE = f"\u201c{SENTENCE}\u201d"
REQUEST = pb2.StreamSummaryRequest(
    question="How are the goats kept?",
    sources=[pb2.Source(passage=passage_pb2.Passage(passage_id="p", text=SENTENCE), score=0.9)],
)
REPLACED = answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED
UNAVAILABLE = answer_pb2.DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
NOBODY = "http://127.0.0.1:1/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question."""

    parts: list[pb2.StreamSummaryResponse]

    @property
    def text(self) -> str:
        return "".join(part.text_delta.text for part in self.parts)

    @property
    def missing(self) -> list[tuple[int, str]]:
        said = [part.degradation for part in self.parts if part.HasField("degradation")]
        return [(each.reason, each.detail) for each in said]

    @property
    def usage(self) -> answer_pb2.Usage:
        return self.parts[-1].completed.usage


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    stub: SummarizationServiceStub

    async def answer(self) -> Answer:
        call = self.stub.StreamSummary(REQUEST, timeout=110)
        return Answer([part async for part in call])

    async def states(self) -> Mapping[str, int]:
        request = pb2.ListLanguageModelsRequest()
        reply = await self.stub.ListLanguageModels(request, timeout=60)
        return {model.name: model.state for model in reply.models}

    async def until(self, name: str, state: int) -> None:
        async with asyncio.timeout(60):
            while (await self.states())[name] != state:
                pass


@pytest.fixture
def key_file(tmp_path: Path) -> str:
    path = tmp_path / "key"
    path.write_text(KEY, encoding="utf-8")
    return str(path)


def chat(url: str, name: str, **said: Any) -> LanguageModelEntry:  # noqa: ANN401 - any of its fields
    return LanguageModelEntry(address=f"{url}#{name}", **said)


@asynccontextmanager
async def serving(*models: LanguageModelEntry, key: str = "") -> AsyncGenerator[Service]:
    settings = Settings(
        address="127.0.0.1:0",
        metrics_address="127.0.0.1:0",
        models=models,
        currency="EUR",
        chat_key=SecretStr(key),
        drain_seconds=0,
    ).model_copy(update={"home": askmesh_home()})
    async with (
        summarization_service(settings) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        yield Service(SummarizationServiceStub(channel))


@asynccontextmanager
async def black_hole() -> AsyncGenerator[str]:
    """A server that takes every connection, and never says a word."""
    async with AsyncExitStack() as connections:

        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connections.callback(writer.close)
            await reader.read()

        async with await asyncio.start_server(hold, "127.0.0.1", 0) as server:
            yield "{}:{}".format(*server.sockets[0].getsockname()[:2])
            await connections.aclose()


async def test_when_triton_is_killed_the_next_model_writes_and_each_is_paid_for(
    openai_server: RunningOpenAiServer, key_file: str
) -> None:
    prices = {"prompt_price": 2.0, "completion_price": 7.0}
    with running_triton() as triton:
        first = LanguageModelEntry(
            address=f"{triton.address}#ensemble",
            profile="smollm2-135m-instruct",
            name="triton",
            prompt_price=0.5,
            first_token_seconds=60,
        )
        then = chat(openai_server.url, "llama", key_file=key_file, **prices)
        async with serving(first, then) as service:
            before = await service.answer()
            triton.kill()
            after = await service.answer()
            again = await service.answer()
    (paid,) = before.usage.models
    assert (paid.model, before.missing) == ("triton", [])
    assert paid.price_micros == round(0.5 * paid.prompt_token_count)
    sentence = "The language model triton is not available, so llama wrote."
    assert after.missing == again.missing == [(REPLACED, sentence)]
    (paid,) = after.usage.models
    assert (paid.model, paid.currency) == ("llama", "EUR")
    assert paid.prompt_token_count > 20
    assert paid.completion_token_count > 0
    assert paid.price_micros == 2 * paid.prompt_token_count + 7 * paid.completion_token_count
    assert after.text


@pytest.mark.parametrize("kind", ["triton", "chat"])
async def test_a_model_that_never_answers_is_waited_for_once(
    openai_server: RunningOpenAiServer, key_file: str, kind: str
) -> None:
    async with black_hole() as address:
        at: dict[str, dict[str, Any]] = {
            "chat": {"address": f"http://{address}/v1#hung"},
            "triton": {"address": f"{address}#ensemble", "profile": "smollm2-135m-instruct"},
        }
        hung = LanguageModelEntry(**at[kind], name="hung", first_token_seconds=1)
        then = chat(openai_server.url, "llama", key_file=key_file, first_token_seconds=60)
        async with serving(hung, then) as service:
            first, second = [await service.answer() for _ in range(2)]
            states = await service.states()
    # Some notice by themselves that such a server does not speak.
    assert first.missing in (
        [(REPLACED, "The language model hung was too slow, so llama wrote.")],
        [(REPLACED, "The language model hung is not available, so llama wrote.")],
    )
    assert second.missing == [
        (REPLACED, "The language model hung is not available, so llama wrote.")
    ]
    assert [each.usage.model for each in (first, second)] == ["llama", "llama"]
    assert states["llama"] == pb2.LANGUAGE_MODEL_STATE_CLOSED
    assert states["hung"] != pb2.LANGUAGE_MODEL_STATE_CLOSED


async def test_a_triton_that_stands_still_is_passed_over_until_it_goes_on(
    triton: RunningTriton, openai_server: RunningOpenAiServer, key_file: str
) -> None:
    first = LanguageModelEntry(
        address=f"{triton.address}#ensemble",
        profile="smollm2-135m-instruct",
        name="triton",
        first_token_seconds=20,
    )
    then = chat(openai_server.url, "llama", key_file=key_file, first_token_seconds=60)
    async with serving(first, then) as service:
        assert (await service.answer()).usage.model == "triton"
        with stopped(triton.process.pid):
            during = [await service.answer() for _ in range(2)]
        await service.until("triton", pb2.LANGUAGE_MODEL_STATE_CLOSED)
        after = await service.answer()
    assert [each.usage.model for each in during] == ["llama", "llama"]
    assert [reason for each in during for reason, _ in each.missing] == [REPLACED, REPLACED]
    assert (after.usage.model, after.missing) == ("triton", [])


async def test_what_a_model_began_no_other_one_goes_on_with(
    openai_server: RunningOpenAiServer, key_file: str
) -> None:
    async with http_replies(stream(chunk(f"{SENTENCE} They "))) as breaking:
        llama = chat(openai_server.url, "llama", key_file=key_file)
        async with serving(chat(breaking.url, "breaks"), llama) as service:
            answer = await service.answer()
    assert answer.text.startswith(SENTENCE)
    assert [reason for reason, _ in answer.missing] == [UNAVAILABLE]
    (breaks,) = answer.usage.models
    assert breaks.model == "breaks"
    assert breaks.prompt_token_count > 20  # the server told nothing: that is estimated


async def test_without_any_model_the_answer_quotes() -> None:
    async with serving(chat(NOBODY, "one"), chat(NOBODY, "two")) as service:
        answer = await service.answer()
        states = await service.states()
    assert answer.text.startswith(QUOTE)
    assert [reason for reason, _ in answer.missing] == [UNAVAILABLE]
    assert not answer.usage.models
    assert pb2.LANGUAGE_MODEL_STATE_CLOSED not in states.values()


async def test_a_model_that_works_again_writes_again_without_a_question_that_tries_it() -> None:
    works = stream(chunk(SENTENCE, "stop"), DONE)
    async with (
        http_replies(reply("503 Service Unavailable", "{}")) as first,
        http_replies(works) as second,
        serving(chat(first.url, "first"), chat(second.url, "second")) as service,
    ):
        assert (await service.answer()).usage.model == "second"
        first.answer = works
        await service.until("first", pb2.LANGUAGE_MODEL_STATE_CLOSED)
        asked = len(second.asked)
        assert (await service.answer()).usage.model == "first"
        assert len(second.asked) == asked


async def test_each_model_gets_its_own_key_and_no_key_is_told(
    openai_server: RunningOpenAiServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "other").write_text("sk-of-the-first", encoding="utf-8")
    refusal = reply("401 Unauthorized", '{"error": "sk-of-the-first is wrong"}')
    async with http_replies(refusal) as refusing:
        first = chat(refusing.url, "first", key_file=str(tmp_path / "other"))
        async with serving(first, chat(openai_server.url, "llama"), key=KEY) as service:
            answer = await service.answer()
    assert answer.usage.model == "llama"
    assert _keys_of(refusing) == {"Bearer sk-of-the-first"}
    told = caplog.text + str(answer.parts)
    assert "first" in told
    assert KEY not in told
    assert "sk-of-the-first" not in told


def _keys_of(server: HttpReplies) -> set[str]:
    lines = [line for head in server.heads for line in head.splitlines()]
    return {line.partition(": ")[2] for line in lines if line.lower().startswith("authorization: ")}
