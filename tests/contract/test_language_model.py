"""What every language model does."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from pydantic import SecretStr

from askmesh.inference import (
    PLAIN,
    GenerationChunk,
    GenerationRequest,
    Guide,
    LanguageModel,
    triton_language_model,
)
from askmesh.inference._openai import openai_language_model
from askmesh.telemetry import silent_telemetry
from support.fake_language_model import ScriptedLanguageModel
from support.openai_server import KEY, RunningOpenAiServer
from support.triton import RunningTriton

ROWS = Guide(
    "json_schema", '{"type": "array", "items": {"enum": [1, 22]}, "minItems": 1, "maxItems": 4}'
)
VERDICT = Guide("ebnf_grammar", 'root ::= ("yes" | "no") "!"')
PROMPT = "Once upon a time there was a bridge over a river, and"
SCRIPT = " the people who lived beside it were happy, for it was old and strong." * 20


@pytest.fixture(params=["scripted", "ensemble", "tensorrt_llm", "openai"])
async def language_model(request: pytest.FixtureRequest) -> AsyncGenerator[LanguageModel]:
    if request.param == "scripted":
        yield ScriptedLanguageModel(SCRIPT)
        return
    if request.param == "openai":
        server: RunningOpenAiServer = request.getfixturevalue("openai_server")
        async with openai_language_model(
            server.url, "any", silent_telemetry(), profile=PLAIN, key=SecretStr(KEY)
        ) as model:
            yield model
        return
    triton: RunningTriton = request.getfixturevalue("triton")
    async with triton_language_model(triton.address, request.param, silent_telemetry()) as model:
        yield model


async def read(language_model: LanguageModel, request: GenerationRequest) -> list[GenerationChunk]:
    return [chunk async for chunk in language_model.generate(request)]


def text_of(chunks: list[GenerationChunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_only_the_last_chunk_says_why_it_ended(language_model: LanguageModel) -> None:
    chunks = await read(language_model, GenerationRequest(prompt=PROMPT, max_tokens=12))
    assert len(chunks) > 5
    assert {chunk.finish_reason for chunk in chunks[:-1]} == {None}
    assert chunks[-1].finish_reason == "length"


async def test_a_server_that_runs_shows_life_also_while_it_writes(
    language_model: LanguageModel,
) -> None:
    request = GenerationRequest(prompt=PROMPT, max_tokens=100)
    async with aclosing(language_model.generate(request)) as chunks:
        await anext(chunks)
        assert await language_model.shows_life(60)


async def test_no_more_tokens_than_asked_for(language_model: LanguageModel) -> None:
    chunks = await read(language_model, GenerationRequest(prompt=PROMPT, max_tokens=6))
    assert chunks[-1].completion_tokens == 6


async def test_text_is_never_repeated(language_model: LanguageModel) -> None:
    chunks = await read(language_model, GenerationRequest(prompt=PROMPT, max_tokens=20))
    assert PROMPT not in text_of(chunks)
    assert max(len(chunk.text) for chunk in chunks) < 20


async def test_a_stop_string_ends_the_text_and_is_not_part_of_it(
    language_model: LanguageModel,
) -> None:
    whole = text_of(await read(language_model, GenerationRequest(prompt=PROMPT, max_tokens=30)))
    stop = whole[20:24]
    request = GenerationRequest(prompt=PROMPT, max_tokens=30, stop=(stop, "never written"))
    chunks = await read(language_model, request)
    assert text_of(chunks) == whole[: whole.index(stop)]
    assert chunks[-1].finish_reason == "stop"


async def test_equal_requests_with_a_seed_give_equal_texts(language_model: LanguageModel) -> None:
    request = GenerationRequest(
        prompt=PROMPT, max_tokens=20, temperature=0.8, top_p=0.9, top_k=40, seed=3
    )
    first, second = [text_of(await read(language_model, request)) for _ in range(2)]
    assert first == second


async def test_a_closed_stream_does_not_disturb_the_next_one(language_model: LanguageModel) -> None:
    request = GenerationRequest(prompt=PROMPT, max_tokens=100)
    async with aclosing(language_model.generate(request)) as chunks:
        await anext(chunks)
    assert text_of(await read(language_model, GenerationRequest(prompt=PROMPT, max_tokens=5)))


async def test_a_reader_can_be_cancelled(language_model: LanguageModel) -> None:
    begun = asyncio.Event()

    async def follow() -> None:
        request = GenerationRequest(prompt=PROMPT, max_tokens=100)
        async with aclosing(language_model.generate(request)) as chunks:
            await anext(chunks)
            begun.set()
            await asyncio.Event().wait()

    reader = asyncio.ensure_future(follow())
    await begun.wait()
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader


@pytest.mark.parametrize(
    ("guide", "form"), [(ROWS, r"\[\s*\d+\s*(,\s*\d+\s*)*\]"), (VERDICT, "(yes|no)!")]
)
async def test_a_text_keeps_to_its_guide_where_the_model_can_be_guided(
    language_model: LanguageModel, guide: Guide, form: str
) -> None:
    request = GenerationRequest(prompt=PROMPT, max_tokens=60, guide=guide)
    text = text_of(await read(language_model, request)).strip()
    assert text
    guided = await language_model.can_be_guided()
    assert bool(re.fullmatch(form, text)) == guided
