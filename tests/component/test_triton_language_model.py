"""Language models in a real Triton server."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace

import pytest

from askmesh.inference import (
    Bias,
    GenerationChunk,
    GenerationRequest,
    Guide,
    LanguageModelBusyError,
    LanguageModelUnavailableError,
    TritonLanguageModel,
    open_profile,
    render_prompt,
    triton_language_model,
)
from askmesh.models import ModelStore
from askmesh.telemetry import silent_telemetry
from support.signals import stopped
from support.triton import RunningTriton, askmesh_home, running_triton
from support.writing_beside import writing_beside

PROFILE = open_profile("smollm2-135m-instruct", ModelStore(askmesh_home()))
STORY = render_prompt(PROFILE, "You tell stories.", "Tell a long story about a bridge and a river.")
LONG = 400
AT_ONCE = LONG // 4
"""Less than this is written beside a generation that ends, than beside one that goes on."""

both_models = pytest.mark.parametrize("model", ["ensemble", "tensorrt_llm"])


def connected(
    triton: RunningTriton, model: str = "ensemble"
) -> AbstractAsyncContextManager[TritonLanguageModel]:
    return triton_language_model(triton.address, model, silent_telemetry())


async def complete(language_model: TritonLanguageModel, request: GenerationRequest) -> str:
    return "".join([chunk.text async for chunk in language_model.generate(request)])


def sampled(seed: int, max_tokens: int = 30) -> GenerationRequest:
    return GenerationRequest(
        prompt=STORY, max_tokens=max_tokens, temperature=0.9, top_p=0.95, top_k=40, seed=seed
    )


@both_models
async def test_text_arrives_in_pieces_while_it_is_written(
    triton: RunningTriton, model: str
) -> None:
    async with connected(triton, model) as language_model:
        request = GenerationRequest(prompt=STORY, max_tokens=20)
        chunks = [chunk async for chunk in language_model.generate(request)]
    assert len(chunks) > 10
    assert "bridge" in "".join(chunk.text for chunk in chunks)
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


async def test_both_models_write_the_same_text_for_the_same_seed(triton: RunningTriton) -> None:
    async with connected(triton) as ensemble, connected(triton, "tensorrt_llm") as llmapi:
        texts = {await complete(model, sampled(seed=11)) for model in (ensemble, llmapi, ensemble)}
        assert len(texts) == 1
        assert await complete(ensemble, sampled(seed=12)) not in texts


async def test_a_word_that_is_biased_away_is_not_written(triton: RunningTriton) -> None:
    async with connected(triton) as language_model:
        request = GenerationRequest(prompt=STORY, max_tokens=1)
        usual = await complete(language_model, request)
        other = await complete(language_model, replace(request, biases=(Bias(usual, -100.0),)))
    assert usual
    assert other != usual


async def test_tokens_of_prompt_and_completion_are_counted(triton: RunningTriton) -> None:
    async with connected(triton) as language_model:
        request = GenerationRequest(prompt="One two three four", max_tokens=7)
        chunks = [chunk async for chunk in language_model.generate(request)]
    assert chunks[-1].prompt_tokens == 4
    assert chunks[-1].completion_tokens == 7
    assert [chunk.completion_tokens for chunk in chunks] == sorted(
        chunk.completion_tokens for chunk in chunks
    )


async def test_generations_run_side_by_side(triton: RunningTriton) -> None:
    barrier = asyncio.Barrier(4)

    async def read(language_model: TritonLanguageModel, seed: int) -> None:
        async with aclosing(language_model.generate(sampled(seed, LONG))) as chunks:
            await anext(chunks)
            await barrier.wait()  # passes only when all four have begun and none has ended

    async with connected(triton) as language_model, asyncio.TaskGroup() as tasks:
        for seed in range(4):
            tasks.create_task(read(language_model, seed))


@both_models
async def test_closing_the_stream_frees_the_place_in_triton(
    triton: RunningTriton, model: str
) -> None:
    (other,) = {"ensemble", "tensorrt_llm"} - {model}
    async with connected(triton, model) as language_model, writing_beside(triton, other) as beside:
        async with aclosing(language_model.generate(sampled(1, LONG))) as chunks:
            await anext(chunks)
            await until_in_flight(triton, model, 1)  # others of before may be about to end
        assert await beside.pieces_while(lambda: triton.in_flight(model)) < AT_ONCE


async def test_cancelling_the_reader_frees_the_place_while_the_prompt_is_read(
    triton: RunningTriton,
) -> None:
    prompt = "The bridge stands over the river. " * 200
    async with (
        connected(triton) as language_model,
        writing_beside(triton, "tensorrt_llm") as beside,
    ):
        chunks = language_model.generate(GenerationRequest(prompt=prompt, max_tokens=LONG))
        reader = asyncio.ensure_future(anext(chunks))
        await until_in_flight(triton, "ensemble", 1)
        reader.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reader
        assert await beside.pieces_while(lambda: triton.in_flight("ensemble")) < AT_ONCE


async def test_a_request_beyond_the_queue_is_refused_as_busy(triton: RunningTriton) -> None:
    refused = asyncio.Event()

    async def ask(language_model: TritonLanguageModel, seed: int) -> None:
        try:
            async with aclosing(language_model.generate(sampled(seed, LONG))) as chunks:
                await anext(chunks)
                await refused.wait()
        except LanguageModelBusyError:
            refused.set()

    async with connected(triton) as language_model, asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(ask(language_model, seed)) for seed in range(21)]
        await refused.wait()
        for task in asked:
            task.cancel()
    await until_in_flight(triton, "ensemble", 0)


async def test_a_prompt_beyond_the_context_is_refused_with_the_reason(
    triton: RunningTriton,
) -> None:
    async with connected(triton) as language_model:
        with pytest.raises(LanguageModelUnavailableError, match="context size"):
            await complete(language_model, GenerationRequest(prompt="word " * 3000, max_tokens=5))


@pytest.mark.parametrize(
    "guide", [Guide("json_schema", "no JSON"), Guide("ebnf_grammar", "root ::= missing")]
)
async def test_a_guide_that_cannot_be_read_is_refused(triton: RunningTriton, guide: Guide) -> None:
    async with connected(triton) as language_model:
        request = GenerationRequest(prompt=STORY, max_tokens=5, guide=guide)
        with pytest.raises(LanguageModelUnavailableError):
            await complete(language_model, request)
        assert await complete(language_model, GenerationRequest(prompt=STORY, max_tokens=5))


async def test_an_unknown_model_is_unavailable(triton: RunningTriton) -> None:
    async with connected(triton, "no_such_model") as language_model:
        with pytest.raises(LanguageModelUnavailableError, match="no_such_model"):
            await complete(language_model, sampled(1))


async def test_a_server_that_is_not_there_is_unavailable_at_once() -> None:
    async with triton_language_model("127.0.0.1:1", "ensemble", silent_telemetry()) as model:
        with pytest.raises(LanguageModelUnavailableError) as caught:
            await complete(model, sampled(1))
    assert caught.value.reason == "LANGUAGE_MODEL_UNAVAILABLE"


async def test_a_server_killed_in_the_middle_of_an_answer_is_unavailable() -> None:
    with running_triton({"TRITON_CPU_MODELS": "ensemble"}) as triton:
        async with connected(triton) as language_model:
            chunks = language_model.generate(sampled(1, LONG))
            await anext(chunks)
            triton.kill()
            with pytest.raises(LanguageModelUnavailableError):
                await drain(chunks)


async def test_a_server_that_is_stopped_shows_no_life_until_it_goes_on(
    triton: RunningTriton,
) -> None:
    async with connected(triton) as language_model:
        with stopped(triton.process.pid):
            assert not await language_model.shows_life(0.1)
        assert await language_model.shows_life(60)


async def test_sigterm_ends_the_server_with_exit_code_0() -> None:
    with running_triton({"TRITON_CPU_MODELS": "ensemble"}) as triton:
        async with connected(triton) as language_model:
            await complete(language_model, sampled(1))
        assert triton.terminate() == 0


async def drain(chunks: AsyncGenerator[GenerationChunk]) -> None:
    async for _ in chunks:
        pass


async def until_in_flight(triton: RunningTriton, model: str, count: int) -> None:
    """Wait until so many generations run or wait."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(triton.in_flight, model) != count:
            pass
