"""Admission, following, cancelling and forgetting of answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from askmesh.errors import AskmeshError, NotFoundError, OverloadedError, UnavailableError
from askmesh.gateway.answering import Answering
from askmesh.gateway.desk import AnswerDesk, DeskLimits
from askmesh.gateway.events import AnswerCompleted, AnswerEvent, TextDelta
from askmesh.gateway.source_ranking import AnsweringLimits
from askmesh.gateway.values import Outcome, Question
from support.gateway_fakes import (
    FakeReranker,
    FakeRetriever,
    FakeSummarizer,
    FakeUnderstanding,
    ListObserver,
    SilentTracer,
)

QUESTION = Question("What is a mesh?")
PATIENT = DeskLimits(
    active_answers=2,
    retained_answers=10,
    retention_seconds=60,
    abandoned_seconds=60,
    answer_seconds=60,
    heartbeat_seconds=60,
)


@dataclass
class Scene:
    desk: AnswerDesk
    summarizer: FakeSummarizer
    observer: ListObserver


@dataclass
class Parts:
    limits: DeskLimits = PATIENT
    retriever: FakeRetriever = field(default_factory=FakeRetriever)
    hold: bool = False


@asynccontextmanager
async def desk(parts: Parts) -> AsyncGenerator[Scene]:
    observer = ListObserver()
    summarizer = FakeSummarizer(hold=asyncio.Event() if parts.hold else None)
    answering = Answering(
        FakeUnderstanding(),
        parts.retriever,
        FakeReranker(),
        summarizer,
        limits=AnsweringLimits(candidates=10, sources=5),
        observer=observer,
        tracer=SilentTracer(),
        clock=count().__next__,
    )
    ids = map("answer-{}".format, count(1))
    async with asyncio.TaskGroup() as tasks:
        made = AnswerDesk(
            answering, tasks, limits=parts.limits, observer=observer, new_id=lambda: next(ids)
        )
        yield Scene(made, summarizer, observer)
        made.cancel_all()


async def read(
    scene: Scene, answer_id: str, after: int = 0, tenant: str = "t"
) -> list[AnswerEvent]:
    async with aclosing(scene.desk.follow(tenant, answer_id, after)) as events:
        return [event async for event in events if isinstance(event, AnswerEvent)]


async def until_text(scene: Scene, answer_id: str) -> None:
    async with aclosing(scene.desk.follow("t", answer_id, 0)) as events:
        async for event in events:
            if isinstance(event, AnswerEvent) and isinstance(event.body, TextDelta):
                return


async def turn_of_the_loop() -> None:
    """Return after everything that the event loop was to do at once."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, done.set)
    await done.wait()


def outcome_of(events: list[AnswerEvent]) -> Outcome:
    last = events[-1].body
    assert isinstance(last, AnswerCompleted)
    return last.outcome


async def test_an_answer_can_be_read_again_from_any_sequence() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        whole = await read(scene, answer_id)
        assert await read(scene, answer_id, after=2) == whole[2:]


async def test_answers_in_the_making_are_counted_up_and_down() -> None:
    async with desk(Parts(hold=True)) as scene:
        finished, cancelled = (scene.desk.admit("t", QUESTION) for _ in range(2))
        assert scene.observer.active_answers == [1, 2]
        await until_text(scene, cancelled)
        assert scene.desk.cancel("t", cancelled)
        assert outcome_of(await read(scene, cancelled)) is Outcome.CANCELLED
        assert scene.summarizer.hold
        scene.summarizer.hold.set()
        assert outcome_of(await read(scene, finished)) is Outcome.ANSWERED
        await turn_of_the_loop()
    assert scene.observer.active_answers == [1, 2, 1, 0]


async def test_a_client_that_leaves_does_not_end_the_answer() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        assert scene.summarizer.hold
        scene.summarizer.hold.set()
        assert outcome_of(await read(scene, answer_id)) is Outcome.ANSWERED


async def test_the_same_request_id_gets_the_same_answer() -> None:
    async with desk(Parts()) as scene:
        question = Question("q", request_id="r")
        assert scene.desk.admit("t", question) == scene.desk.admit("t", question)
        assert len(scene.summarizer.requests) <= 1


async def test_request_ids_of_two_tenants_are_strangers() -> None:
    async with desk(Parts()) as scene:
        question = Question("q", request_id="r")
        assert scene.desk.admit("t", question) != scene.desk.admit("u", question)


async def test_cancelling_ends_the_stream_as_cancelled_and_closes_the_summary() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        assert scene.desk.cancel("t", answer_id)
        assert outcome_of(await read(scene, answer_id)) is Outcome.CANCELLED
        assert scene.summarizer.open_streams == 0
        assert scene.observer.cancellations == 1
        assert not scene.desk.cancel("t", answer_id)


async def test_an_answer_cancelled_before_its_first_step_ends_too() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        scene.desk.cancel("t", answer_id)
        assert outcome_of(await read(scene, answer_id)) is Outcome.CANCELLED


async def test_more_questions_than_places_are_refused_with_advice() -> None:
    async with desk(Parts(hold=True)) as scene:
        for _ in range(2):
            scene.desk.admit("t", QUESTION)
        with pytest.raises(OverloadedError) as caught:
            scene.desk.admit("t", QUESTION)
        assert caught.value.reason == "TOO_MANY_ANSWERS"
        assert caught.value.retry_after_seconds > 0


async def test_an_answer_that_ended_makes_room() -> None:
    async with desk(Parts()) as scene:
        for _ in range(5):
            await read(scene, scene.desk.admit("t", QUESTION))
        await turn_of_the_loop()
        assert scene.desk.active_count == 0


async def test_another_tenant_cannot_read_or_cancel_an_answer() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        with pytest.raises(NotFoundError):
            scene.desk.cancel("u", answer_id)
        with pytest.raises(NotFoundError):
            await read(scene, answer_id, tenant="u")


async def test_a_failed_answer_fails_alike_for_all_who_read_it() -> None:
    failing = FakeRetriever(failure=UnavailableError("SEARCH_UNAVAILABLE", "down"))
    async with desk(Parts(retriever=failing)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        for _ in range(2):
            with pytest.raises(UnavailableError) as caught:
                await read(scene, answer_id)
            assert caught.value.reason == "SEARCH_UNAVAILABLE"


async def test_a_defect_ends_one_answer_and_the_desk_goes_on() -> None:
    broken = FakeRetriever(failure=ZeroDivisionError())
    async with desk(Parts(retriever=broken)) as scene:
        with pytest.raises(AskmeshError) as caught:
            await read(scene, scene.desk.admit("t", QUESTION))
        assert caught.value.reason == "UNEXPECTED_FAILURE"
        broken.failure = None
        answer_id = scene.desk.admit("t", QUESTION)
        assert outcome_of(await read(scene, answer_id)) is Outcome.ANSWERED


async def test_an_answer_that_nobody_follows_is_cancelled() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        await turn_of_the_loop()
        assert outcome_of(await read(scene, answer_id)) is Outcome.CANCELLED


async def test_an_answer_is_forgotten_after_its_retention() -> None:
    forgetful = replace(PATIENT, retention_seconds=0)
    async with desk(Parts(limits=forgetful)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await read(scene, answer_id)
        await turn_of_the_loop()
        with pytest.raises(NotFoundError):
            await read(scene, answer_id)


async def test_the_oldest_answers_that_ended_make_room_for_newer_ones() -> None:
    async with desk(Parts(limits=replace(PATIENT, retained_answers=2))) as scene:
        answer_ids = [scene.desk.admit("t", QUESTION)]
        await read(scene, answer_ids[0])
        for _ in range(2):
            answer_ids.append(scene.desk.admit("t", QUESTION))
            await read(scene, answer_ids[-1])
        await turn_of_the_loop()
        with pytest.raises(NotFoundError):
            await read(scene, answer_ids[0])
        assert outcome_of(await read(scene, answer_ids[1])) is Outcome.ANSWERED


async def test_a_request_whose_answer_failed_may_be_repeated() -> None:
    failing = FakeRetriever(failure=UnavailableError("SEARCH_UNAVAILABLE", "down"))
    async with desk(Parts(retriever=failing)) as scene:
        question = Question("q", request_id="r")
        with pytest.raises(UnavailableError):
            await read(scene, scene.desk.admit("t", question))
        failing.failure = None
        assert outcome_of(await read(scene, scene.desk.admit("t", question))) is Outcome.ANSWERED
