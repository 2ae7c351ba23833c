"""Admission, following, cancelling and forgetting of answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
    AnswerEvent,
    CacheStatus,
    StreamAnswerRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2 import QueryPlan, Turn
from askmesh.api.summarization.v1.summarization_pb2 import (
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.caching import Cache, MemoryCache, redis_cache
from askmesh.errors import (
    AlreadyExistsError,
    AskmeshError,
    DeadlineError,
    NotFoundError,
    OutOfRangeError,
    OverloadedError,
    UnavailableError,
)
from askmesh.gateway.answering import Answering
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.limits import DeskLimits
from askmesh.gateway.remembered import RememberedAnswers
from askmesh.gateway.retention import RetentionLimits
from askmesh.resilience import deadline
from support.gateway_fakes import ANSWERED as SUMMARIZED
from support.gateway_fakes import LIMITS, FakeNeighbours, ListObserver, SilentTracer, text

QUESTION = StreamAnswerRequest(question="What is a mesh?")
NAMED = StreamAnswerRequest(question="q", request_id="r")
ANSWERED = answer_pb2.ANSWER_OUTCOME_ANSWERED
CANCELLED = answer_pb2.ANSWER_OUTCOME_CANCELLED
PATIENT = DeskLimits(
    active_answers=2,
    retention=RetentionLimits(answers=10, total_bytes=1_000_000, seconds=60),
    abandoned_seconds=60,
    answer_seconds=60,
    heartbeat_seconds=60,
)


def keeping(**limits: float) -> DeskLimits:
    return replace(PATIENT, retention=replace(PATIENT.retention, **limits))  # type: ignore[arg-type]


@dataclass
class Scene:
    desk: AnswerDesk
    neighbours: FakeNeighbours
    observer: ListObserver


@dataclass
class Parts:
    limits: DeskLimits = PATIENT
    neighbours: FakeNeighbours = field(default_factory=FakeNeighbours)
    hold: bool = False
    cache: Cache = field(default_factory=lambda: MemoryCache(1_000_000))


@asynccontextmanager
async def desk(parts: Parts) -> AsyncGenerator[Scene]:
    observer = ListObserver()
    parts.neighbours.hold = asyncio.Event() if parts.hold else None
    answering = Answering(
        parts.neighbours,
        limits=LIMITS,
        observer=observer,
        tracer=SilentTracer(),
        clock=count().__next__,
    )
    ids = map("answer-{}".format, count(1))
    async with asyncio.TaskGroup() as tasks:
        made = AnswerDesk(
            answering,
            RememberedAnswers(parts.cache, observer, ttl_seconds=60),
            tasks,
            limits=parts.limits,
            observer=observer,
            new_id=lambda: next(ids),
        )
        yield Scene(made, parts.neighbours, observer)
        made.cancel_all()


async def read(
    scene: Scene, answer_id: str, after: int = 0, tenant: str = "t"
) -> list[AnswerEvent]:
    async with aclosing(scene.desk.follow(tenant, answer_id, after)) as events:
        return [AnswerEvent.FromString(event) async for event in events if event is not None]


async def until_text(scene: Scene, answer_id: str) -> None:
    async with aclosing(scene.desk.follow("t", answer_id, 0)) as events:
        async for event in events:
            if event is not None and AnswerEvent.FromString(event).HasField("text_delta"):
                return


async def turn_of_the_loop() -> None:
    """Return after everything that the event loop was to do at once."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, done.set)
    await done.wait()


def outcome_of(events: list[AnswerEvent]) -> answer_pb2.AnswerOutcome.ValueType:
    assert events[-1].HasField("completed")
    return events[-1].completed.outcome


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
        assert outcome_of(await read(scene, cancelled)) == CANCELLED
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, finished)) == ANSWERED
        await turn_of_the_loop()
    assert scene.observer.active_answers == [1, 2, 1, 0]


async def test_a_client_that_leaves_does_not_end_the_answer() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, answer_id)) == ANSWERED


async def test_the_same_request_id_gets_the_same_answer() -> None:
    async with desk(Parts()) as scene:
        assert scene.desk.admit("t", NAMED) == scene.desk.admit("t", NAMED)
        assert len(scene.neighbours.summaries) <= 1


@pytest.mark.parametrize(
    "other",
    [
        StreamAnswerRequest(question="q2"),
        StreamAnswerRequest(question="q", filter=Filter(sources=["a"])),
        StreamAnswerRequest(question="q", conversation=[Turn(question="p")]),
        StreamAnswerRequest(question="q", wants_table=False),
        StreamAnswerRequest(question="q", seed=0),
    ],
    ids=["text", "filter", "conversation", "table", "seed"],
)
async def test_a_request_id_belongs_to_one_question(other: StreamAnswerRequest) -> None:
    other.request_id = "r"
    async with desk(Parts()) as scene:
        scene.desk.admit("t", NAMED)
        with pytest.raises(AlreadyExistsError) as caught:
            scene.desk.admit("t", other)
    assert (caught.value.reason, caught.value.field) == ("REQUEST_ID_REUSED", "request_id")


async def test_request_ids_of_two_tenants_are_strangers() -> None:
    async with desk(Parts()) as scene:
        assert scene.desk.admit("t", NAMED) != scene.desk.admit("u", NAMED)


async def test_cancelling_ends_the_stream_as_cancelled_and_closes_the_summary() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        assert scene.desk.cancel("t", answer_id)
        assert outcome_of(await read(scene, answer_id)) == CANCELLED
        assert scene.neighbours.open_streams == 0
        assert scene.observer.cancellations == 1
        assert not scene.desk.cancel("t", answer_id)


async def test_an_answer_cancelled_before_its_first_step_ends_too() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        scene.desk.cancel("t", answer_id)
        assert outcome_of(await read(scene, answer_id)) == CANCELLED


async def test_more_questions_than_places_are_refused_with_advice() -> None:
    async with desk(Parts(hold=True)) as scene:
        for _ in range(2):
            scene.desk.admit("t", QUESTION)
        with pytest.raises(OverloadedError) as caught:
            scene.desk.admit("t", QUESTION)
        assert caught.value.reason == "TOO_MANY_ANSWERS"
        assert caught.value.retry_after_seconds > 0


async def test_a_place_is_taken_from_the_answer_that_nobody_followed_for_longest() -> None:
    async with desk(Parts(hold=True)) as scene:
        left_first, left_later = (scene.desk.admit("t", QUESTION) for _ in range(2))
        for answer_id in (left_first, left_later):
            await until_text(scene, answer_id)
        new = scene.desk.admit("t", QUESTION)
        assert outcome_of(await read(scene, left_first)) == CANCELLED
        assert scene.desk.active_count == 2
        await until_text(scene, new)
        assert scene.neighbours.open_streams == 2
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, left_later)) == ANSWERED


async def test_a_request_whose_answer_was_given_up_may_be_repeated() -> None:
    async with desk(Parts(limits=replace(PATIENT, active_answers=1), hold=True)) as scene:
        given_up = scene.desk.admit("t", NAMED)
        await until_text(scene, given_up)
        other = scene.desk.admit("t", QUESTION)
        await until_text(scene, other)
        assert scene.desk.admit("t", NAMED) not in (given_up, other)


async def test_a_request_whose_answer_was_cancelled_is_still_the_same() -> None:
    async with desk(Parts(hold=True)) as scene:
        cancelled = scene.desk.admit("t", NAMED)
        assert scene.desk.cancel("t", cancelled)
        assert scene.desk.admit("t", NAMED) == cancelled


async def test_an_answer_that_is_followed_again_keeps_its_place() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_ids = [scene.desk.admit("t", QUESTION) for _ in range(2)]
        for answer_id in answer_ids:
            await until_text(scene, answer_id)
        async with aclosing(scene.desk.follow("t", answer_ids[0], 0)) as events:
            await anext(events)
            scene.desk.admit("t", QUESTION)
            assert outcome_of(await read(scene, answer_ids[1])) == CANCELLED
            with pytest.raises(OverloadedError):
                scene.desk.admit("t", QUESTION)


async def test_the_answer_of_a_question_without_time_is_a_deadline_and_no_defect() -> None:
    late = FakeNeighbours(failures={"retrieve": DeadlineError("DEADLINE_EXCEEDED", "late")})
    async with desk(Parts(neighbours=late)) as scene:
        with deadline(0.0):
            answer_id = scene.desk.admit("t", QUESTION)
        with pytest.raises(DeadlineError):
            await read(scene, answer_id)


async def test_nothing_can_be_read_beyond_the_end_of_an_answer() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        last = (await read(scene, answer_id))[-1].sequence
        assert await read(scene, answer_id, after=last) == []
        with pytest.raises(OutOfRangeError) as caught:
            await read(scene, answer_id, after=last + 1)
    assert (caught.value.reason, caught.value.field) == ("SEQUENCE_BEYOND_END", "after_sequence")
    assert caught.value.metadata == {"last_sequence": str(last)}


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
    failing = FakeNeighbours(failures={"retrieve": UnavailableError("SEARCH_UNAVAILABLE", "down")})
    async with desk(Parts(neighbours=failing)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        for _ in range(2):
            with pytest.raises(UnavailableError) as caught:
                await read(scene, answer_id)
            assert caught.value.reason == "SEARCH_UNAVAILABLE"


async def test_a_defect_ends_one_answer_and_the_desk_goes_on() -> None:
    broken = FakeNeighbours(failures={"retrieve": ZeroDivisionError()})
    async with desk(Parts(neighbours=broken)) as scene:
        with pytest.raises(AskmeshError) as caught:
            await read(scene, scene.desk.admit("t", QUESTION))
        assert caught.value.reason == "UNEXPECTED_FAILURE"
        broken.failures.clear()
        answer_id = scene.desk.admit("t", QUESTION)
        assert outcome_of(await read(scene, answer_id)) == ANSWERED


async def test_an_answer_that_nobody_follows_is_cancelled() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await until_text(scene, answer_id)
        await turn_of_the_loop()
        assert outcome_of(await read(scene, answer_id)) == CANCELLED


async def test_an_answer_that_is_followed_again_in_time_is_not_cancelled() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        async with aclosing(scene.desk.follow("t", answer_id, 0)) as events:
            await anext(events)
            await until_text(scene, answer_id)  # one of two leaves
            await turn_of_the_loop()
        async with aclosing(scene.desk.follow("t", answer_id, 0)) as events:
            await anext(events)  # before anything else could happen
            await turn_of_the_loop()
            assert scene.desk.active_count == 1


async def test_an_answer_that_made_room_is_not_forgotten_twice() -> None:
    limits = replace(PATIENT, retention=replace(PATIENT.retention, answers=0, seconds=0))
    async with desk(Parts(limits=limits)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await read(scene, answer_id)
        await turn_of_the_loop()  # an error in a timer fails the test
        with pytest.raises(NotFoundError):
            await read(scene, answer_id)


async def test_an_answer_is_forgotten_after_its_retention() -> None:
    forgetful = keeping(seconds=0)
    async with desk(Parts(limits=forgetful)) as scene:
        answer_id = scene.desk.admit("t", QUESTION)
        await read(scene, answer_id)
        await turn_of_the_loop()
        with pytest.raises(NotFoundError):
            await read(scene, answer_id)


async def test_the_oldest_answers_that_ended_make_room_for_newer_ones() -> None:
    async with desk(Parts(limits=keeping(answers=2))) as scene:
        answer_ids = [scene.desk.admit("t", QUESTION)]
        await read(scene, answer_ids[0])
        for _ in range(2):
            answer_ids.append(scene.desk.admit("t", QUESTION))
            await read(scene, answer_ids[-1])
        await turn_of_the_loop()
        with pytest.raises(NotFoundError):
            await read(scene, answer_ids[0])
        assert outcome_of(await read(scene, answer_ids[1])) == ANSWERED


async def test_answers_that_ended_are_kept_as_far_as_their_bytes_have_room() -> None:
    async with desk(Parts(limits=keeping(total_bytes=1_000))) as scene:
        answer_ids: list[str] = []
        sizes: set[int] = set()
        for _ in range(9):
            answer_ids.append(scene.desk.admit("t", QUESTION))
            sizes.add(sum(each.ByteSize() for each in await read(scene, answer_ids[-1])))
        await turn_of_the_loop()
        kept = 1_000 // max(sizes)
        assert 0 < kept < len(answer_ids)
        for answer_id in answer_ids[-kept:]:
            assert outcome_of(await read(scene, answer_id)) == ANSWERED
        with pytest.raises(NotFoundError):
            await read(scene, answer_ids[-kept - 1])


async def test_a_request_whose_answer_failed_may_be_repeated() -> None:
    failing = FakeNeighbours(failures={"retrieve": UnavailableError("SEARCH_UNAVAILABLE", "down")})
    async with desk(Parts(neighbours=failing)) as scene:
        with pytest.raises(UnavailableError):
            await read(scene, scene.desk.admit("t", NAMED))
        failing.failures.clear()
        assert outcome_of(await read(scene, scene.desk.admit("t", NAMED))) == ANSWERED


async def admit(scene: Scene, question: StreamAnswerRequest = QUESTION, key: str = "t:7:q") -> str:
    return await scene.desk.admit_shared("t", question, key)


def statuses(events: list[AnswerEvent]) -> CacheStatus.ValueType:
    return events[-1].completed.cache_status


def without_names(events: list[AnswerEvent]) -> list[bytes]:
    """Return the events as they are for all who joined or found them."""
    copies = [AnswerEvent.FromString(event.SerializeToString()) for event in events]
    for copy in copies:
        copy.ClearField("answer_id")
    return [copy.SerializeToString() for copy in copies]


async def test_equal_questions_at_once_cost_one_of_everything() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_ids = [await admit(scene) for _ in range(200)]
        assert len(set(answer_ids)) == 200
        await until_text(scene, answer_ids[0])
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        first, *others = [await read(scene, answer_id) for answer_id in answer_ids]
        calls = scene.neighbours
        assert (len(calls.searches), len(calls.rankings), len(calls.summaries)) == (1, 1, 1)
        assert statuses(first) == CACHE_STATUS_MISS
        assert {statuses(each) for each in others} == {CACHE_STATUS_JOINED}
        assert len({tuple(without_names(each)) for each in others}) == 1
        assert without_names(first)[:-1] == without_names(others[0])[:-1]
    assert scene.observer.active_answers == [1, 0]


async def test_those_who_joined_go_on_when_the_one_who_asked_first_cancels() -> None:
    async with desk(Parts(hold=True)) as scene:
        first, second = await admit(scene), await admit(scene)
        await until_text(scene, first)
        assert scene.desk.cancel("t", first)
        assert outcome_of(await read(scene, first)) == CANCELLED
        assert not scene.desk.cancel("t", first)
        assert scene.neighbours.open_streams == 1
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, second)) == ANSWERED


async def test_an_answer_stops_when_all_who_share_it_cancel() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_ids = [await admit(scene) for _ in range(3)]
        await until_text(scene, answer_ids[0])
        for answer_id in answer_ids:
            assert scene.desk.cancel("t", answer_id)
        for answer_id in answer_ids:
            assert outcome_of(await read(scene, answer_id)) == CANCELLED
        assert scene.neighbours.open_streams == 0


async def test_a_cancelled_answer_is_joined_by_nobody() -> None:
    async with desk(Parts(hold=True)) as scene:
        first = await admit(scene)
        await until_text(scene, first)
        scene.desk.cancel("t", first)
        second = await admit(scene)
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, second)) == ANSWERED


@dataclass
class BreaksOffOnce(FakeNeighbours):
    """The first summary ends in a failure after its first words."""

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        whole = super().summarize(request, silence_seconds=silence_seconds)
        async with aclosing(whole) as parts:
            async for part in parts:
                yield part
                if len(self.summaries) == 1:
                    raise UnavailableError("SUMMARIZATION_UNAVAILABLE", "down")


async def test_one_who_joined_takes_over_when_the_making_fails() -> None:
    breaks_off = BreaksOffOnce(parts=(text("A mesh "), text("is a net."), SUMMARIZED))
    async with desk(Parts(neighbours=breaks_off)) as scene:
        first = await admit(scene)
        events = await read(scene, await admit(scene))
        assert outcome_of(events) == ANSWERED
        assert "".join(event.text_delta.text for event in events) == "A mesh is a net."
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert len([event for event in events if event.HasField("plan_made")]) == 1
        assert len(breaks_off.summaries) == 2
        assert without_names(await read(scene, first))[:-1] == without_names(events)[:-1]


async def test_what_would_continue_differently_is_not_continued() -> None:
    class Changing(BreaksOffOnce):
        async def summarize(
            self, request: StreamSummaryRequest, *, silence_seconds: float
        ) -> AsyncGenerator[StreamSummaryResponse]:
            whole = super().summarize(request, silence_seconds=silence_seconds)
            async with aclosing(whole) as parts:
                async for part in parts:
                    self.parts = (text("Another mesh "), SUMMARIZED)
                    yield part

    async with desk(Parts(neighbours=Changing(parts=(text("A mesh "), SUMMARIZED)))) as scene:
        await admit(scene)
        with pytest.raises(UnavailableError) as caught:
            await read(scene, await admit(scene))
        assert caught.value.reason == "ANSWER_LOST"


async def test_an_equal_question_later_gets_the_same_events_and_says_so() -> None:
    async with desk(Parts()) as scene:
        made = await read(scene, await admit(scene))
        await turn_of_the_loop()
        found = await read(scene, await admit(scene))
        assert statuses(found) == CACHE_STATUS_EXACT_HIT
        assert without_names(found)[:-1] == without_names(made)[:-1]
        assert len(scene.neighbours.summaries) == 1
        assert scene.observer.lookups == ["answer miss", "answer hit"]


async def test_a_question_of_another_key_is_another_question() -> None:
    async with desk(Parts()) as scene:
        for key in ("t:7:q", "t:8:q", "u:7:q"):
            assert statuses(await read(scene, await admit(scene, key=key))) == CACHE_STATUS_MISS
            await turn_of_the_loop()
        assert len(scene.neighbours.summaries) == 3


@pytest.mark.parametrize(
    "neighbours",
    [
        FakeNeighbours(failures={"rank": UnavailableError("RERANKING_UNAVAILABLE", "down")}),
        FakeNeighbours(
            plan=QueryPlan(
                standalone_question="q", filter=Filter(modified_after_time=Timestamp(seconds=1))
            )
        ),
    ],
    ids=["degraded", "depends on the day"],
)
async def test_what_may_not_be_given_again_is_not_kept(neighbours: FakeNeighbours) -> None:
    async with desk(Parts(neighbours=neighbours)) as scene:
        for _ in range(2):
            assert statuses(await read(scene, await admit(scene))) == CACHE_STATUS_MISS
            await turn_of_the_loop()


async def test_an_answer_made_from_newer_documents_than_its_key_says_is_not_kept() -> None:
    async with desk(Parts()) as scene:
        for _ in range(2):
            assert statuses(await read(scene, await admit(scene, key="t:6:q"))) == CACHE_STATUS_MISS
            await turn_of_the_loop()


async def test_without_the_cache_answers_go_on() -> None:
    async with redis_cache("redis://127.0.0.1:1") as gone, desk(Parts(cache=gone)) as scene:
        for _ in range(2):
            assert outcome_of(await read(scene, await admit(scene))) == ANSWERED
            await turn_of_the_loop()
        assert "answer unavailable" in scene.observer.lookups
