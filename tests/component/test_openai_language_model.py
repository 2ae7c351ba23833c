"""Servers of OpenAI's interface that refuse, break, hang, or whose answer nobody waits for."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from traceback import format_exception

import pytest
from pydantic import SecretStr

from askmesh.errors import AskmeshError, DeadlineError
from askmesh.inference import (
    GenerationRequest,
    LanguageModelBusyError,
    LanguageModelRejectionError,
    LanguageModelUnavailableError,
)
from askmesh.inference._openai import OpenAiLanguageModel, openai_language_model
from askmesh.resilience import deadline
from askmesh.telemetry import silent_telemetry
from support.http_replies import DONE, HttpReplies, chunk, http_replies, reply, stream
from support.openai_server import KEY
from support.summaries import BOLD

REQUEST = GenerationRequest(system="Be brief.", prompt="Why?", max_tokens=9, seed=3, stop=("\n",))
HELLO = stream(chunk("Hell"), chunk("o", "stop"), DONE)


def model_at(url: str) -> AbstractAsyncContextManager[OpenAiLanguageModel]:
    profile = replace(BOLD, temperature=0.3, top_p=0.4)
    return openai_language_model(url, "m", silent_telemetry(), profile=profile, key=SecretStr(KEY))


@asynccontextmanager
async def answering(
    answer: bytes, *, hangs: bool = False
) -> AsyncGenerator[tuple[OpenAiLanguageModel, HttpReplies]]:
    async with http_replies(answer, hangs=hangs) as server, model_at(server.url) as model:
        yield model, server


async def written(model: OpenAiLanguageModel) -> str:
    return "".join([chunk.text async for chunk in model.generate(REQUEST)])


async def test_a_model_is_asked_in_turns_with_the_key_and_draws_as_its_profile_says() -> None:
    async with answering(HELLO) as (model, server):
        assert await written(model) == "Hello"
    (asked,) = server.asked
    assert [(turn["role"], turn["content"]) for turn in asked["messages"]] == [
        ("system", "Be brief."),
        ("user", "Why?"),
    ]
    assert (asked["temperature"], asked["top_p"], asked["seed"]) == (0.3, 0.4, 3)
    assert (asked["model"], asked["max_tokens"], asked["stop"]) == ("m", 9, ["<|im_end|>", "\n"])
    assert f"authorization: bearer {KEY}" in server.heads[0].lower()


async def test_pieces_count_as_tokens_where_the_server_counts_none() -> None:
    async with answering(HELLO) as (model, _):
        *_, last = [chunk async for chunk in model.generate(REQUEST)]
    assert (last.prompt_tokens, last.completion_tokens) == (0, 2)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (reply("429 Too Many Requests", "{}"), LanguageModelBusyError, "no more requests"),
        (reply("401 Unauthorized", "{}"), LanguageModelUnavailableError, "refuses its key"),
        (reply("404 Not Found", "{}"), LanguageModelUnavailableError, "failed: .*404"),
        (reply("503 Service Unavailable", "{}"), LanguageModelUnavailableError, "503"),
        (reply("400 Bad Request", "{}"), LanguageModelRejectionError, "does not take .*400"),
        (reply("413 Too Large", "{}"), LanguageModelRejectionError, "does not take .*413"),
        (stream(chunk("Hell")), LanguageModelUnavailableError, "in the middle of an answer"),
        (stream("data: nonsense\n\n"), LanguageModelUnavailableError, "no JSON"),
        (
            stream(chunk("Hell"), 'data: {"error": {"message": "no memory"}}\n\n'),
            LanguageModelUnavailableError,
            "failed: no memory",
        ),
    ],
)
async def test_a_server_that_refuses_or_breaks_is_asked_once_and_told_as_what_it_is(
    answer: bytes, kind: type[AskmeshError], words: str
) -> None:
    async with answering(answer) as (model, server):
        with pytest.raises(AskmeshError, match=words) as caught:
            await written(model)
    assert type(caught.value) is kind
    assert len(server.asked) == 1


async def test_a_busy_server_is_not_asked_again_before_it_said() -> None:
    refusal = reply("429 Too Many Requests", "{}", Retry_After="7")
    async with answering(refusal) as (model, _):
        with pytest.raises(LanguageModelBusyError) as caught:
            await written(model)
    assert caught.value.retry_after_seconds == 7


async def test_a_server_that_is_not_there_is_told_from_one_that_refuses() -> None:
    async with model_at("http://127.0.0.1:1/v1") as model:
        with pytest.raises(LanguageModelUnavailableError, match="failed: Connection error"):
            await written(model)


@pytest.mark.parametrize("begun", [b"", stream(chunk("Hell"))])
async def test_a_server_that_hangs_is_given_no_more_time_than_the_answer_has(begun: bytes) -> None:
    async with answering(begun, hangs=True) as (model, _), asyncio.timeout(60):
        with pytest.raises(DeadlineError), deadline(1):
            await written(model)


async def test_closing_the_stream_closes_the_connection_so_that_the_server_stops() -> None:
    async with answering(stream(chunk("Hell")), hangs=True) as (model, server), asyncio.timeout(60):
        async with aclosing(model.generate(REQUEST)) as chunks:
            await anext(chunks)
        await server.left.wait()


@pytest.mark.parametrize("status", ["401 Unauthorized", "400 Bad Request"])
async def test_the_key_is_in_no_log_and_in_no_error(
    caplog: pytest.LogCaptureFixture, status: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with answering(reply(status, f'{{"error": "{KEY}"}}')) as (model, _):
        with pytest.raises(AskmeshError) as caught:
            await written(model)
    assert caplog.text
    told = "".join(format_exception(caught.value))  # as spans have it
    assert KEY not in caplog.text + told + repr(caught.value.metadata)
