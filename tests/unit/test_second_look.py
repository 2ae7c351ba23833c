"""A second look: one unit that may answer, where nothing that the model wrote holds."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    ABSTENTION_REASON_NOT_ANSWERED,
    ANSWER_OUTCOME_ABSTAINED,
    ANSWER_OUTCOME_ANSWERED,
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
)
from askmesh.inference import GenerationRequest, LanguageModelUnavailableError
from askmesh.summarization.looking import LOOK_INSTRUCTIONS
from askmesh.summarization.prompt import beginnings
from askmesh.summarization.values import Source
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import BOLD, completion_of, events_of, request, summarizer, text_of

DECISIVE = replace(BOLD, decides_doubts=True)
RENT = Source(passage_id="r", title="Rules", text="Hens may be kept, six at most.", score=0.05)
RIVER = Source(passage_id="w", title="Rules", text="Hens may be kept by the river.", score=0.05)
KEEP = "How many chickens may be kept?"
WRITTEN = "You are allowed six birds of that sort."
REFUSED = "NO ANSWER"


def writing(text: str, look: str) -> Callable[[GenerationRequest], str]:
    """Return a script that writes a text, and says `look` where it is to look again."""
    return lambda asked: look if asked.system == LOOK_INSTRUCTIONS else text


@pytest.mark.parametrize("written", [WRITTEN, REFUSED])
async def test_what_the_model_says_answers_is_quoted_though_its_own_words_did_not_hold(
    written: str,
) -> None:
    model = ScriptedLanguageModel(writing(written, "Yes"))
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    assert completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    assert text_of(events).startswith("\u201cHens may be kept, six at most.\u201d [1]")


@pytest.mark.parametrize("look", ["No", "", "Maybe"])
async def test_nothing_else_than_a_yes_lets_it_be_quoted(look: str) -> None:
    model = ScriptedLanguageModel(writing(WRITTEN, look))
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED


async def test_a_unit_without_the_kind_of_thing_that_is_asked_for_is_not_looked_at() -> None:
    model = ScriptedLanguageModel(writing(REFUSED, "Yes"))
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RIVER]))
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED
    assert len(model.requests) == 1


async def test_the_date_of_an_entry_may_stand_above_it() -> None:
    text = "- Hens got a run of their own."
    entry = replace(RENT, text=text, headings=("News", "14 May 2024"), score=0.3)
    model = ScriptedLanguageModel(writing(REFUSED, "Yes"))
    asked = request("When did the hens get more room?", sources=[entry])
    events = await events_of(summarizer(model, profile=DECISIVE), asked)
    assert text_of(events).startswith("14 May 2024: \u201cHens got a run of their own.\u201d")


async def test_the_model_reads_the_line_and_its_place_and_can_say_yes_or_no_alone() -> None:
    model = ScriptedLanguageModel(writing(WRITTEN, "No"))
    await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    _, look = model.requests
    assert look.prompt.startswith(f"Document: Rules\nLine: {RENT.text}\n\nQuestion: {KEEP}\n")
    assert look.max_tokens == 1
    assert {bias.word for bias in look.biases} == {"Yes", "No"}
    assert min(bias.logit for bias in look.biases) > 10


async def test_a_model_that_saw_no_answer_must_be_surer_than_one_whose_words_did_not_hold() -> None:
    leanings: list[float] = []
    for written in (WRITTEN, REFUSED):
        model = ScriptedLanguageModel(writing(written, "No"))
        await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
        yes, no = model.requests[-1].biases
        leanings.append(yes.logit - no.logit)
    assert leanings[0] > leanings[1]


async def test_a_reason_needs_a_less_sure_yes_where_why_is_asked() -> None:
    text = "Hens may be kept by the river because it is wide."
    leanings: list[float] = []
    for question in ("Why may chickens be kept there?", "Where may chickens be kept?"):
        model = ScriptedLanguageModel(writing(REFUSED, "No"))
        asked = request(question, sources=[replace(RENT, text=text)])
        await events_of(summarizer(model, profile=DECISIVE), asked)
        yes, no = model.requests[-1].biases
        leanings.append(yes.logit - no.logit)
    assert leanings[0] > 0 > leanings[1]


async def test_who_does_not_decide_doubts_is_not_asked_to_look() -> None:
    model = ScriptedLanguageModel(writing(WRITTEN, "Yes"))
    likely = replace(RENT, score=0.9)
    await events_of(summarizer(model), request(KEEP, sources=[likely]))
    assert LOOK_INSTRUCTIONS not in {asked.system for asked in model.requests}
    assert len(beginnings(DECISIVE)) == len(beginnings(BOLD)) + 1


async def test_an_answer_for_which_the_model_could_not_look_says_so() -> None:
    async def gone(number: int) -> None:
        if len(model.requests) > 1 and not number:
            raise LanguageModelUnavailableError("TRITON_UNAVAILABLE", "no")

    model = ScriptedLanguageModel(writing(REFUSED, "Yes"), before_chunk=gone)
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    assert completion_of(events).abstention.reason == ABSTENTION_REASON_NOT_ANSWERED
    (degradation,) = (event.degradation for event in events if event.HasField("degradation"))
    assert degradation.reason == DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE


async def test_a_model_that_broke_off_is_not_asked_to_look_and_is_told_of() -> None:
    async def broken(number: int) -> None:
        if number == 3:
            raise LanguageModelUnavailableError("TRITON_UNAVAILABLE", "no")

    model = ScriptedLanguageModel(writing(WRITTEN, "Yes"), before_chunk=broken)
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    assert len(model.requests) == 1
    assert completion_of(events).outcome == ANSWER_OUTCOME_ABSTAINED
    assert [event for event in events if event.HasField("degradation")]


async def test_what_the_look_took_is_part_of_the_usage() -> None:
    model = ScriptedLanguageModel(writing(WRITTEN, "No"))
    events = await events_of(summarizer(model, profile=DECISIVE), request(KEEP, sources=[RENT]))
    usage = completion_of(events).usage
    assert usage.prompt_token_count == sum(len(each.prompt.split()) for each in model.requests)
    assert usage.completion_token_count == len(WRITTEN.split()) + 1


async def test_of_a_question_for_yes_or_no_it_is_asked_whether_the_line_decides_it() -> None:
    model = ScriptedLanguageModel(writing("Yes, the birds are fine.", "Yes"))
    asked = request("Can we have chickens here?", sources=[RENT])
    events = await events_of(summarizer(model, profile=DECISIVE), asked)
    look = model.requests[-1]
    assert look.prompt.endswith("Does the line tell whether it is so or not?")
    yes, no = look.biases
    assert yes.logit == no.logit
    assert "six at most" in text_of(events)
