"""Questions are asked when their time comes, and late ones count as late."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import cast

import pytest

from askmesh.client import (
    CacheStatus,
    Client,
    Completed,
    DegradationReason,
    Event,
    Missing,
    Outcome,
    TextDelta,
    Usage,
)
from askmesh.errors import AskmeshError, OverloadedError, UnavailableError
from askmesh.load import AskedQuestion, End, asker, by_second, keep_to, summarised


class Answering:
    """Answers every question with the same events, or fails with the same error after them."""

    def __init__(self, *events: Event, error: AskmeshError | None = None) -> None:
        self.asked: list[tuple[str, int | None]] = []
        self._events = events
        self._error = error

    async def ask(self, question: str, *, seed: int | None = None) -> AsyncGenerator[Event]:
        self.asked.append((question, seed))
        for event in self._events:
            yield event
        if self._error:
            raise self._error


TEXT = TextDelta(answer_id="a", sequence=1, text="It is so.")


def completed(*missing: DegradationReason) -> Completed:
    return Completed(
        answer_id="a",
        sequence=2,
        outcome=Outcome.ANSWERED,
        usage=Usage(0, 0, ""),
        stage_durations=(),
        cache_status=CacheStatus.MISS,
        degradations=tuple(Missing(each, "") for each in missing),
        elapsed_seconds=0.0,
    )


async def asked_of(
    mesh: Answering, *, ago: float = 0.0, tolerated: Sequence[str] = ()
) -> AskedQuestion:
    ask = asker(cast("Client", mesh), ["Is it so?"], tolerated)
    return await ask(0, asyncio.get_running_loop().time() - ago)


async def test_no_question_waits_for_those_before() -> None:
    all_are_asked = asyncio.Event()
    running: list[int] = []

    async def ask(number: int, _: float) -> AskedQuestion:
        running.append(number)
        if len(running) == 3:
            all_are_asked.set()
        await all_are_asked.wait()
        return AskedQuestion(0.0, 1.0, End.WHOLE)

    async with asyncio.timeout(60):
        asked = await keep_to([0.0, 0.0, 0.01], ask)
    assert [each.intended for each in asked] == [0.0, 0.0, 0.01]


async def test_the_time_that_was_intended_is_told_and_not_the_one_at_which_it_is_asked() -> None:
    moments: list[float] = []

    async def ask(_: int, intended: float) -> AskedQuestion:
        moments.append(intended)
        return AskedQuestion(0.0, 1.0, End.WHOLE)

    asked = await keep_to([0.0, 0.25 / 8, 0.5 / 8], ask)
    gaps = [moment - moments[0] for moment in moments]
    assert gaps == pytest.approx([0.0, 0.25 / 8, 0.5 / 8])
    assert all(each.asked_late >= 0 for each in asked)


async def test_times_count_from_the_time_that_was_intended() -> None:
    asked = await asked_of(Answering(TEXT, completed()), ago=100.0)
    assert asked.seconds >= 100.0
    assert asked.first_text is not None
    assert 100.0 <= asked.first_text <= asked.seconds


async def test_an_answer_without_anything_missing_is_whole() -> None:
    assert (await asked_of(Answering(TEXT, completed()))).end is End.WHOLE


async def test_an_answer_that_went_without_something_is_degraded_and_says_of_what() -> None:
    mesh = Answering(TEXT, completed(DegradationReason.RERANKING_UNAVAILABLE))
    asked = await asked_of(mesh)
    assert asked.end is End.DEGRADED
    assert asked.reasons == ("reranking_unavailable",)


async def test_what_is_tolerated_is_not_missed() -> None:
    missing = DegradationReason.LANGUAGE_MODEL_UNAVAILABLE, DegradationReason.SEARCH_INCOMPLETE
    asked = await asked_of(Answering(completed(*missing)), tolerated=["search_incomplete"])
    assert asked.reasons == ("language_model_unavailable",)
    assert (await asked_of(Answering(completed(*missing)), tolerated=missing)).end is End.WHOLE


async def test_a_question_without_room_is_refused_and_no_failure() -> None:
    full = OverloadedError("TOO_MANY_ANSWERS", "full", retry_after_seconds=1)
    asked = await asked_of(Answering(error=full))
    assert (asked.end, asked.reasons) == (End.REFUSED, ("TOO_MANY_ANSWERS",))


async def test_a_question_that_breaks_off_has_failed_though_it_had_text() -> None:
    down = UnavailableError("RETRIEVAL_UNAVAILABLE", "down", retry_after_seconds=1)
    asked = await asked_of(Answering(TEXT, error=down))
    assert (asked.end, asked.reasons) == (End.FAILED, ("RETRIEVAL_UNAVAILABLE",))


async def test_an_answer_without_an_end_has_failed() -> None:
    assert (await asked_of(Answering(TEXT))).end is End.FAILED


async def test_questions_come_in_turn_and_no_two_are_equal() -> None:
    mesh = Answering(completed())
    ask = asker(cast("Client", mesh), ["one", "two"])
    await keep_to([0.0] * 4, ask)
    assert [question for question, _ in mesh.asked] == ["one", "two", "one", "two"]
    assert len({seed for _, seed in mesh.asked}) == 4


def test_a_summary_counts_ends_and_measures_answers_alone() -> None:
    asked = [
        AskedQuestion(0.0, 2.0, End.WHOLE, first_text=1.0),
        AskedQuestion(1.0, 4.0, End.DEGRADED, ("reranking_unavailable",), first_text=3.0),
        AskedQuestion(1.5, 0.01, End.REFUSED, ("TOO_MANY_ANSWERS",)),
        AskedQuestion(1.7, 9.0, End.FAILED, ("DEADLINE_EXCEEDED",)),
    ]
    summary = summarised(asked, 10)
    assert [summary.ends[end] for end in End] == [1, 1, 1, 1]
    assert summary.whole_per_minute == 6
    assert (summary.first_text_p50_ms, summary.first_text_p99_ms) == (1000, 3000)
    assert (summary.answer_p99_ms, summary.refusal_p99_ms) == (4000, 10)
    assert summary.share(End.DEGRADED) == 0.25
    assert summary.share_of_admitted(End.FAILED) == pytest.approx(1 / 3)


def test_a_summary_of_nothing_has_no_times() -> None:
    summary = summarised([], 10)
    assert (summary.first_text_p99_ms, summary.share(End.WHOLE)) == (None, 0.0)


def test_seconds_count_what_was_asked_and_what_was_answered_in_them() -> None:
    asked = [
        AskedQuestion(0.2, 2.0, End.WHOLE),
        AskedQuestion(0.9, 0.05, End.REFUSED),
        AskedQuestion(2.1, 0.5, End.WHOLE),
    ]
    seconds = by_second(asked)
    assert [each.asked for each in seconds] == [2, 0, 1]
    assert [each.whole_answers for each in seconds] == [0, 0, 2]
    assert seconds[0].ends[End.REFUSED] == 1
