"""Several language models behind one answer: who writes, who stands in, and what it costs."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED,
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
    Degradation,
    ModelUsage,
)
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.inference import (
    GenerationRequest,
    LanguageModelBusyError,
    LanguageModelProfile,
    LanguageModelRejectionError,
    LanguageModelUnavailableError,
    Purpose,
)
from askmesh.resilience import deadline
from askmesh.summarization.generation import MOST_HURRIED, Generations, ModelTurn
from askmesh.summarization.generation_record import Failure, GenerationRecord
from askmesh.summarization.model_watch import ModelWatch, watching
from askmesh.summarization.sentence_buffer import SentenceBuffer
from askmesh.summarization.summarizer import Summarizer
from askmesh.summarization.writing_models import WritingModel
from askmesh.telemetry import silent_telemetry
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import (
    BOLD,
    CRISIS,
    completion_of,
    events_of,
    generation_limits,
    request,
    text_of,
    writing_model,
)

BEGAN = "The oil crisis began in October 1973 [1]."
RELEASED = "The oil crisis began in October 1973. [1]"
BIG = replace(BOLD, name="big", prompt_price=2.0, completion_price=10.0)
SMALL = replace(BOLD, name="small", prompt_price=0.5, completion_price=1.0)
DECISIVE = replace(BIG, decides_doubts=True)
GONE = LanguageModelUnavailableError("LANGUAGE_MODEL_UNAVAILABLE", "gone")


class Script(ScriptedLanguageModel):
    """Writes one sentence, as often as it is not told to fail or to hang before a chunk.

    Before each chunk the event loop has a turn, as with a model that is elsewhere.
    """

    def __init__(self, *, error: Exception | None = None, hangs: bool = False, at: int = 0) -> None:
        async def before(sent: int) -> None:
            await asyncio.sleep(0)
            if sent == at and self.hangs:
                self.reached.set()
                await asyncio.Event().wait()
            if sent == at and self.error:
                raise self.error

        super().__init__(f"{BEGAN} Japan did not", before_chunk=before)
        self.error = error
        self.hangs = hangs
        self.reached = asyncio.Event()
        """It hangs now."""


def named(
    model: ScriptedLanguageModel,
    profile: LanguageModelProfile,
    *,
    purposes: Sequence[Purpose] = (),
    concurrency: int = 4,
    first_token: float = 5,
    slot_wait: float = 0.01,
) -> WritingModel:
    limits = generation_limits(
        concurrency=concurrency, slot_wait=slot_wait, first_token=first_token
    )
    return writing_model(model, profile=profile, limits=limits, purposes=purposes)


def chain(*models: WritingModel) -> Summarizer:
    return Summarizer(models, silent_telemetry(), currency="EUR")


def missing(events: list[StreamSummaryResponse]) -> list[Degradation]:
    return [event.degradation for event in events if event.HasField("degradation")]


def replaced(detail: str) -> Degradation:
    return Degradation(reason=DEGRADATION_REASON_LANGUAGE_MODEL_REPLACED, detail=detail)


async def test_the_first_model_writes_as_long_as_it_can_and_the_next_is_not_asked() -> None:
    big, small = Script(), Script()
    events = await events_of(chain(named(big, BIG), named(small, SMALL)), request())
    assert completion_of(events).usage.model == "big"
    assert missing(events) == []
    assert (len(big.requests), len(small.requests)) == (1, 0)


@pytest.mark.parametrize(
    ("error", "clause"),
    [
        (GONE, "is not available"),
        (LanguageModelBusyError("LANGUAGE_MODEL_BUSY", "full"), "has no room now"),
        (LanguageModelRejectionError("LANGUAGE_MODEL_REJECTION", "long"), "is not available"),
    ],
)
async def test_before_the_first_token_the_next_model_writes_and_that_is_said(
    error: Exception, clause: str
) -> None:
    answers = chain(named(Script(error=error), BIG), named(Script(), SMALL))
    events = await events_of(answers, request())
    assert text_of(events) == RELEASED
    assert missing(events) == [replaced(f"The language model big {clause}, so small wrote.")]
    assert [model.model for model in completion_of(events).usage.models] == ["small"]


async def test_a_model_that_breaks_off_after_its_first_token_is_followed_by_no_other() -> None:
    for at, text in ((1, "\u201c"), (9, RELEASED)):
        small = Script()
        answers = chain(named(Script(error=GONE, at=at), BIG), named(small, SMALL))
        events = await events_of(answers, request())
        assert text_of(events).startswith(text)
        (degradation,) = missing(events)
        assert degradation.reason == DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
        assert small.requests == []


async def test_when_all_models_fail_the_answer_quotes_its_sources() -> None:
    answers = chain(named(Script(error=GONE), BIG), named(Script(error=GONE), SMALL))
    events = await events_of(answers, request())
    assert text_of(events).startswith("\u201cThe oil crisis began in October 1973")
    assert [each.reason for each in missing(events)] == [
        DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
    ]
    assert completion_of(events).usage.model == ""


async def test_no_question_waits_for_a_model_that_has_just_let_another_one_wait() -> None:
    hanging = Script(hangs=True)
    answers = chain(named(hanging, BIG, first_token=0.05), named(Script(), SMALL))
    first, second = [await events_of(answers, request()) for _ in range(2)]
    assert missing(first) == [replaced("The language model big was too slow, so small wrote.")]
    assert missing(second) == [replaced("The language model big is not available, so small wrote.")]
    assert text_of(second) == RELEASED
    assert len(hanging.requests) == 1


async def test_no_question_is_the_one_that_tries_a_failed_model_again() -> None:
    hanging = Script(hangs=True)
    watch = ModelWatch(hanging, first_token_seconds=0.05, retry_seconds=0)
    limits = generation_limits(first_token=0.05)
    big = replace(named(hanging, BIG), generations=Generations(hanging, limits, watch))
    answers = chain(big, named(Script(), SMALL))
    for _ in range(3):
        assert text_of(await events_of(answers, request())) == RELEASED
    assert len(hanging.requests) == 1


async def test_quotes_stand_for_want_of_room_if_one_that_works_had_none() -> None:
    full = LanguageModelBusyError("LANGUAGE_MODEL_BUSY", "full")
    answers = chain(named(Script(error=full), BIG), named(Script(error=GONE), SMALL))
    (degradation,) = missing(await events_of(answers, request()))
    assert degradation == Degradation(
        reason=DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
        detail=(
            "Of the language models big has no room now and small is not available, so the answer "
            "quotes its sources."
        ),
        for_want_of_room=True,
    )


async def test_room_is_not_waited_for_beyond_the_time_of_the_answer() -> None:
    hanging = Script(hangs=True, at=3)
    answers = chain(named(hanging, BIG, concurrency=1, slot_wait=1_000))
    first = asyncio.ensure_future(events_of(answers, request()))
    await hanging.reached.wait()
    with deadline(0.5):
        async with asyncio.timeout(60):
            events = await events_of(answers, request())
    first.cancel()
    (degradation,) = missing(events)
    assert "has no room now" in degradation.detail


async def test_models_share_the_time_that_an_answer_waits_for_room() -> None:
    generations = named(Script(), BIG, concurrency=1, slot_wait=1_000).generations
    asked = GenerationRequest(prompt="word", max_tokens=9)
    writing = generations.stream(asked, SentenceBuffer(), GenerationRecord())
    late, turn = GenerationRecord(), ModelTurn(waited_seconds=1_000)
    async with aclosing(writing), asyncio.timeout(60):
        await anext(writing)
        async for _ in generations.stream(asked, SentenceBuffer(), late, turn=turn):
            pytest.fail("there was no room")
    assert late.failure is Failure.BUSY


async def test_a_model_that_hangs_is_left_alone_although_answers_have_little_time() -> None:
    hanging = Script(hangs=True)
    answers = chain(named(hanging, BIG, first_token=1_000))
    for _ in range(MOST_HURRIED):
        with deadline(0.2):
            await events_of(answers, request())
    with deadline(5):
        (degradation,) = missing(await events_of(answers, request()))
    assert "is not available" in degradation.detail
    assert len(hanging.requests) == MOST_HURRIED


def watched(model: ScriptedLanguageModel) -> tuple[WritingModel, ModelWatch]:
    """Return a model that has all the time for its first token, and who looks whether it lives."""
    watch = ModelWatch(model, first_token_seconds=1_000, sleep=turns)
    limits = generation_limits(first_token=1_000, whole=1_000)
    return replace(named(model, BIG), generations=Generations(model, limits, watch)), watch


async def turns(_: float) -> None:
    """Let others do what they can at once, in place of sleeping."""
    for _ in range(9):
        await asyncio.sleep(0)


async def test_who_waits_for_a_server_that_shows_no_life_is_answered_by_quotes_at_once() -> None:
    hanging = Script(hangs=True)
    big, watch = watched(hanging)
    async with watching([watch]), asyncio.timeout(60):
        waiting = asyncio.ensure_future(events_of(chain(big), request()))
        await hanging.reached.wait()
        await turns(9)
        assert not waiting.done()
        hanging.lives = False
        (degradation,) = missing(await waiting)
        assert watch.state != "closed"
    assert "is not available" in degradation.detail
    assert not degradation.for_want_of_room


async def test_a_text_that_was_begun_waits_for_a_server_that_shows_no_life() -> None:
    hanging = Script(hangs=True, at=3)
    big, watch = watched(hanging)
    async with watching([watch]), asyncio.timeout(60):
        begun = asyncio.ensure_future(events_of(chain(big), request()))
        await hanging.reached.wait()
        hanging.lives = False
        await turns(9)
        assert (begun.done(), watch.state) == (False, "closed")
        begun.cancel()


async def test_a_model_that_answers_between_is_not_left_alone() -> None:
    model = Script(hangs=True)
    answers = chain(named(model, BIG, first_token=1_000))
    for _ in range(2):
        model.hangs = True
        for _ in range(MOST_HURRIED - 1):
            with deadline(0.2):
                await events_of(answers, request())
        model.hangs = False
        assert completion_of(await events_of(answers, request())).usage.model == "big"


async def test_a_model_with_all_its_room_taken_is_asked_after_one_that_is_free() -> None:
    hanging = Script(hangs=True, at=3)
    big = named(hanging, BIG, concurrency=1, slot_wait=1_000)
    answers = chain(big, named(Script(), SMALL))
    first = asyncio.ensure_future(events_of(answers, request()))
    await hanging.reached.wait()
    async with asyncio.timeout(60):
        events = await events_of(answers, request())
    first.cancel()
    assert missing(events) == [replaced("The language model big has no room now, so small wrote.")]
    assert len(hanging.requests) == 1


async def test_a_refused_request_leaves_its_model_to_the_next_question() -> None:
    rejection = LanguageModelRejectionError("LANGUAGE_MODEL_REJECTION", "filtered")
    big = Script(error=rejection)
    answers = chain(named(big, BIG), named(Script(), SMALL))
    await events_of(answers, request())
    big.error = None
    assert completion_of(await events_of(answers, request())).usage.model == "big"


async def test_models_share_the_time_of_an_answer_so_that_each_has_a_turn() -> None:
    hanging = Script(hangs=True)
    answers = chain(named(hanging, BIG, first_token=1_000), named(Script(), SMALL))
    with deadline(3):
        async with asyncio.timeout(60):
            events = await events_of(answers, request())
    assert text_of(events) == RELEASED
    # It had far less than its own time, which says nothing of it.
    hanging.hangs = False
    assert completion_of(await events_of(answers, request())).usage.model == "big"


async def test_models_are_chosen_by_what_they_are_for() -> None:
    big, small = Script(), Script()
    answers = chain(named(big, BIG), named(small, SMALL, purposes=["fact", "yes_no"]))
    fact = await events_of(answers, request())
    assert (completion_of(fact).usage.model, missing(fact)) == ("small", [])
    other = await events_of(answers, request(sub_questions=("the oil crisis", "the embargo")))
    assert (completion_of(other).usage.model, missing(other)) == ("big", [])


async def test_a_doubt_is_left_to_a_model_that_may_decide_it() -> None:
    weak = replace(CRISIS, score=0.1)
    small, big = Script(), Script()
    answers = chain(named(small, SMALL), named(big, DECISIVE))
    asked = request("Who sold the oil of 1973 in Zanzibar?", sources=[weak])
    events = await events_of(answers, asked)
    assert big.requests
    assert not small.requests
    assert missing(events) == []


async def test_what_is_written_from_is_chosen_for_the_model_that_writes() -> None:
    sentences = replace(SMALL, evidence="sentences", max_evidence=1)
    big, small = Script(error=GONE), Script()
    await events_of(chain(named(big, BIG), named(small, sentences)), request())
    assert len(small.requests[0].prompt) < len(big.requests[0].prompt)


async def test_the_text_and_the_table_are_paid_for_by_model_and_sum_up() -> None:
    big = Script(error=GONE)
    table = ScriptedLanguageModel("| Year | Event |\n|---|---|\n| 1973 | oil crisis |\n")
    trusted = replace(SMALL, policy="mark")
    answers = chain(named(big, replace(BIG, policy="mark")), named(table, trusted))
    events = await events_of(answers, request(wants_table=True))
    usage = completion_of(events).usage
    (small,) = usage.models
    assert small == ModelUsage(
        model="small",
        prompt_token_count=usage.prompt_token_count,
        completion_token_count=usage.completion_token_count,
        price_micros=round(usage.prompt_token_count * 0.5 + usage.completion_token_count),
        currency="EUR",
    )
    assert small.price_micros


async def test_the_metrics_of_an_answer_are_those_of_the_model_that_wrote() -> None:
    telemetry = silent_telemetry()
    models = (named(Script(error=GONE), BIG), named(Script(), SMALL))
    events = await events_of(Summarizer(models, telemetry), request())
    usage = completion_of(events).usage
    value = telemetry.metrics.registry.get_sample_value
    whose = {"tenant": "default", "model": "small"}
    assert value("askmesh_tokens_total", {"kind": "prompt", **whose}) == usage.prompt_token_count
    assert value("askmesh_cost_total", whose) == pytest.approx(
        usage.models[0].price_micros / 1_000_000
    )
    assert value("askmesh_degradations_total", {"reason": "language_model_replaced"}) == 1
    assert value("askmesh_tokens_total", {"kind": "prompt", **whose, "model": "big"}) is None
