"""Answers whose language model fails, is slow, has no room, or is given up."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    ANSWER_OUTCOME_ANSWERED,
    DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE,
    Degradation,
)
from askmesh.api.summarization.v1.summarization_pb2 import StreamSummaryResponse
from askmesh.inference import (
    LanguageModelBusyError,
    LanguageModelUnavailableError,
)
from askmesh.resilience import deadline
from askmesh.summarization.generation_record import Failure
from askmesh.summarization.standing_in import in_quotes
from askmesh.telemetry import silent_telemetry
from support.crisis_writers import BEGAN, QUOTE, TRUSTED, failing_at
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import (
    completion_of,
    events_of,
    generation_limits,
    request,
    summarizer,
    text_of,
)

NOT_THERE, TOO_BUSY, TOO_SLOW = map(in_quotes, (Failure.NOT_THERE, Failure.BUSY, Failure.SLOW))


def _missing(events: list[StreamSummaryResponse]) -> list[str]:
    missing = [event.degradation for event in events if event.HasField("degradation")]
    reason = DEGRADATION_REASON_LANGUAGE_MODEL_UNAVAILABLE
    assert missing == [
        Degradation(reason=reason, detail=each.detail, for_want_of_room=each.detail != NOT_THERE)
        for each in missing
    ]
    return [each.detail for each in missing]


class Hold:
    """Holds a model back for good before one of its chunks."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._held = asyncio.Semaphore(0)

    async def __call__(self, sent: int) -> None:
        if sent == self._at:
            self._held.release()
            await asyncio.Event().wait()

    async def reached(self, *, times: int = 1) -> None:
        for _ in range(times):
            await self._held.acquire()


def _unavailable() -> Exception:
    return LanguageModelUnavailableError("LANGUAGE_MODEL_UNAVAILABLE", "gone")


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (_unavailable(), NOT_THERE),
        (LanguageModelBusyError("LANGUAGE_MODEL_BUSY", "full"), TOO_BUSY),
    ],
)
async def test_a_failing_model_leaves_quotes_and_says_so(error: Exception, detail: str) -> None:
    model = ScriptedLanguageModel(BEGAN, before_chunk=failing_at(0, error))
    events = await events_of(summarizer(model), request())
    assert text_of(events).startswith(QUOTE)
    assert _missing(events) == [detail]
    assert completion_of(events).outcome == ANSWER_OUTCOME_ANSWERED
    assert completion_of(events).usage.model == ""


async def test_what_was_released_stays_when_the_model_dies() -> None:
    text = f"{BEGAN} Japan did not"
    model = ScriptedLanguageModel(text, before_chunk=failing_at(9, _unavailable()))
    events = await events_of(summarizer(model), request())
    assert text_of(events) == "The oil crisis began in October 1973. [1]"
    assert _missing(events) == [NOT_THERE]


async def test_a_model_that_is_too_slow_to_its_first_token_is_not_waited_for() -> None:
    model = ScriptedLanguageModel(BEGAN, before_chunk=Hold(0))
    limits = generation_limits(first_token=0.01, whole=10_000)
    async with asyncio.timeout(60):
        events = await events_of(summarizer(model, limits=limits), request())
    assert text_of(events).startswith(QUOTE)
    assert _missing(events) == [TOO_SLOW]
    assert model.active == 0


async def test_a_model_that_falls_silent_after_its_first_token_is_not_waited_for() -> None:
    model = ScriptedLanguageModel(BEGAN, before_chunk=Hold(3))
    limits = generation_limits(first_token=10_000, whole=0.2)
    async with asyncio.timeout(60):
        events = await events_of(summarizer(model, limits=limits), request())
    assert _missing(events) == [TOO_SLOW]


async def test_an_answer_is_completed_with_quotes_before_its_deadline() -> None:
    model = ScriptedLanguageModel(BEGAN, before_chunk=Hold(3))
    limits = replace(generation_limits(first_token=10_000, whole=10_000), deadline_margin=1_000)
    with deadline(1_000.1):
        async with asyncio.timeout(60):
            events = await events_of(summarizer(model, limits=limits), request())
    assert text_of(events).startswith(QUOTE)
    assert _missing(events) == [TOO_SLOW]


async def test_without_room_for_a_generation_the_answer_quotes() -> None:
    hold = Hold(3)
    hanging = ScriptedLanguageModel(BEGAN, before_chunk=hold)
    busy = summarizer(hanging, limits=generation_limits(concurrency=1, slot_wait=0.01))
    first = asyncio.ensure_future(events_of(busy, request()))
    await hold.reached()
    events = await events_of(busy, request())
    first.cancel()
    assert _missing(events) == [TOO_BUSY]
    assert len(hanging.requests) == 1


async def test_the_room_of_a_finished_generation_is_free_again() -> None:
    model = ScriptedLanguageModel(BEGAN)
    one = summarizer(model, limits=generation_limits(concurrency=1, slot_wait=0.01))
    for _ in range(3):
        assert _missing(await events_of(one, request())) == []


async def test_closing_the_answer_stops_both_generations() -> None:
    hold = Hold(20)
    script = f"{BEGAN} Japan did not support the embargo. " * 2
    model = ScriptedLanguageModel(script, before_chunk=hold)
    answers = summarizer(model, profile=TRUSTED)
    async with aclosing(answers.summarize(request(wants_table=True))) as events:
        await anext(events)
        await hold.reached(times=2)
    assert (model.active, model.abandoned) == (0, 2)


async def test_cancelling_the_reader_stops_both_generations() -> None:
    hold = Hold(3)
    model = ScriptedLanguageModel(BEGAN, before_chunk=hold)
    answers = summarizer(model, profile=TRUSTED)
    reader = asyncio.ensure_future(events_of(answers, request(wants_table=True)))
    await hold.reached(times=2)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert (model.active, model.abandoned) == (0, 2)


async def test_a_model_that_only_repeats_itself_is_stopped() -> None:
    model = ScriptedLanguageModel(f"{BEGAN} " * 12)
    events = await events_of(summarizer(model), request())
    assert text_of(events) == "The oil crisis began in October 1973. [1]"
    assert completion_of(events).usage.completion_token_count < 12 * 8


async def test_metrics_tell_of_tokens_degradations_and_cancellations() -> None:
    telemetry = silent_telemetry()
    value = telemetry.metrics.registry.get_sample_value
    model = ScriptedLanguageModel(BEGAN, before_chunk=failing_at(4, _unavailable()))
    answers = summarizer(model, telemetry=telemetry)
    await events_of(answers, request())
    holding = ScriptedLanguageModel(f"{BEGAN} It was bad. " * 2, before_chunk=Hold(16))
    left = summarizer(holding, telemetry=telemetry)
    async with aclosing(left.summarize(request())) as events:
        await anext(events)
    assert value("askmesh_cancellations_total") == 1
    whose = {"tenant": "default", "model": "bold"}
    assert value("askmesh_tokens_total", {"kind": "completion", **whose}) == 4
    assert value("askmesh_time_between_tokens_seconds_count") == 3
    assert value("askmesh_wait_seconds_count", {"resource": "generation"}) == 1
    reason = {"reason": "language_model_unavailable"}
    assert value("askmesh_degradations_total", reason) == 1
    assert value("askmesh_stage_duration_seconds_count", {"stage": "assembly"}) == 2
