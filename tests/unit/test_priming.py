"""The head start that a language model gets."""

import asyncio
from dataclasses import replace

import pytest

from askmesh.inference import GenerationRequest, LanguageModelUnavailableError, in_words_of
from askmesh.summarization.priming import priming
from askmesh.summarization.prompt import REFUSAL, PromptWriter, beginnings
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import BOLD, WordCounter


async def test_a_model_that_comes_late_is_asked_again_until_it_has_read_all() -> None:
    read: list[str] = []
    done = asyncio.Event()

    def script(request: GenerationRequest) -> str:
        read.append(request.prompt)
        if len(read) == 1:
            raise LanguageModelUnavailableError("LANGUAGE_MODEL_UNAVAILABLE", "still loading")
        if request.prompt == "second":
            done.set()
        return "word"

    async with priming([(ScriptedLanguageModel(script), ["first", "second"])], pause_seconds=0):
        await done.wait()
    assert read == ["first", "first", "second"]


async def test_nobody_is_served_before_the_model_has_read_all_or_the_head_start_is_over() -> None:
    read: list[str] = []

    def script(request: GenerationRequest) -> str:
        read.append(request.prompt)
        return "word"

    async with priming(
        [(ScriptedLanguageModel(script), ["first", "second"])], head_start_seconds=60
    ):
        assert read == ["first", "second"]

    async def hang(_: int) -> None:
        await asyncio.Event().wait()

    silent = ScriptedLanguageModel("word", before_chunk=hang)
    async with priming([(silent, ["first"])], head_start_seconds=0.01):
        assert silent.active == 1


async def test_models_read_side_by_side_and_share_the_head_start() -> None:
    second_has_read = asyncio.Event()

    async def await_the_second(_: int) -> None:
        await second_has_read.wait()

    async def tell(_: int) -> None:
        second_has_read.set()

    first = ScriptedLanguageModel("word", before_chunk=await_the_second)
    second = ScriptedLanguageModel("word", before_chunk=tell)
    async with asyncio.timeout(60):
        async with priming([(first, ["a"]), (second, ["b"])], head_start_seconds=1_000):
            assert (first.active, second.active) == (0, 0)
        async with priming([], head_start_seconds=1_000):
            pass


async def test_priming_ends_with_its_block() -> None:
    begun = asyncio.Event()

    async def hang(_: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    model = ScriptedLanguageModel("word", before_chunk=hang)
    async with priming([(model, ["first"])]):
        await begun.wait()
        assert model.active == 1
    assert model.active == 0


@pytest.mark.parametrize("decides_doubts", [True, False])
def test_every_prompt_begins_with_what_the_model_has_read(*, decides_doubts: bool) -> None:
    profile = replace(BOLD, decides_doubts=decides_doubts)
    prompts = PromptWriter(profile, WordCounter())
    for doubt in (None, -2.0):
        text = prompts.text_request("Why?", (), doubt=doubt, max_tokens=None, seed=None)
        assert in_words_of(profile, text).prompt.startswith(beginnings(profile)[0])
    table = prompts.table_request("Why?", (), (), max_tokens=None, seed=None)
    assert in_words_of(profile, table).prompt.startswith(beginnings(profile)[1])
    assert (REFUSAL in beginnings(profile)[0]) == decides_doubts
