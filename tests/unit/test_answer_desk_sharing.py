"""Equal questions share one answer."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1.answer_pb2 import Citation
from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_JOINED,
    CACHE_STATUS_MISS,
    AnswerEvent,
    CacheStatus,
    StreamAnswerRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2 import QueryPlan
from askmesh.api.summarization.v1.summarization_pb2 import (
    Heartbeat,
    StreamSummaryRequest,
    StreamSummaryResponse,
)
from askmesh.caching import redis_cache
from askmesh.errors import (
    UnavailableError,
)
from askmesh.gateway.continuing import CUT_SHORT
from askmesh.identity import acting_as, local_operator
from support.answer_desk import (
    ANSWERED,
    CANCELLED,
    NAMED,
    QUESTION,
    Parts,
    Scene,
    desk,
    outcome_of,
    read,
    turn_of_the_loop,
    until_text,
)
from support.gateway_fakes import ANSWERED as SUMMARIZED
from support.gateway_fakes import FakeNeighbours, text


async def admit(
    scene: Scene, question: StreamAnswerRequest = QUESTION, key: str = "t:7:all:q"
) -> str:
    with acting_as(local_operator("t")):
        return (await scene.meeting.admit("t", question, key)).answer_id


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
    """The first summary ends in a failure after its first words, or some parts more."""

    breaks_after = 1

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        whole = super().summarize(request, silence_seconds=silence_seconds)
        async with aclosing(whole) as parts:
            count = 0
            async for part in parts:
                yield part
                count += 1
                if len(self.summaries) == 1 and count == self.breaks_after:
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


@pytest.mark.parametrize(
    "parts",
    [
        (text("A mesh "), text("is a net.")),
        (StreamSummaryResponse(heartbeat=Heartbeat()), text("A mesh is a net.")),
    ],
    ids=["after its first words", "before them"],
)
async def test_an_answer_that_breaks_off_goes_on_when_what_failed_is_back(
    parts: tuple[StreamSummaryResponse, ...],
) -> None:
    breaks_off = BreaksOffOnce(parts=(*parts, SUMMARIZED))
    async with desk(Parts(neighbours=breaks_off)) as scene:
        events = await read(scene, await admit(scene))
    assert outcome_of(events) == ANSWERED
    assert "".join(event.text_delta.text for event in events) == "A mesh is a net."
    assert len(breaks_off.summaries) == 2


class Changing(BreaksOffOnce):
    """Writes other words the second time."""

    async def summarize(
        self, request: StreamSummaryRequest, *, silence_seconds: float
    ) -> AsyncGenerator[StreamSummaryResponse]:
        whole = super().summarize(request, silence_seconds=silence_seconds)
        async with aclosing(whole) as parts:
            async for part in parts:
                self.parts = (text("Another mesh."), SUMMARIZED)
                yield part


async def test_what_would_continue_differently_is_not_continued() -> None:
    async with desk(Parts(neighbours=Changing(parts=(text("A mesh "), SUMMARIZED)))) as scene:
        await admit(scene)
        with pytest.raises(UnavailableError) as caught:
            await read(scene, await admit(scene))
        assert caught.value.reason == "ANSWER_LOST"


async def test_sentences_with_their_sources_are_an_answer_though_others_would_follow() -> None:
    cited = StreamSummaryResponse(citation=Citation(source_number=1, end_offset=11))
    writing = Changing(parts=(text("A mesh net."), cited, SUMMARIZED))
    writing.breaks_after = 2
    async with desk(Parts(neighbours=writing)) as scene:
        events = await read(scene, await admit(scene))
        assert "".join(event.text_delta.text for event in events) == "A mesh net."
        assert outcome_of(events) == ANSWERED
        assert list(events[-1].completed.degradations) == [CUT_SHORT]
        assert scene.observer.degradations == ["language_model_unavailable"]
        assert scene.observer.outcomes == ["answered, degraded"]
        assert len(writing.summaries) == 2


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
        for key in ("t:7:all:q", "t:8:all:q", "u:7:all:q"):
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
            answer_id = await admit(scene, key="t:6:all:q")
            assert statuses(await read(scene, answer_id)) == CACHE_STATUS_MISS
            await turn_of_the_loop()


async def test_what_was_found_with_other_permissions_is_for_who_asked_alone() -> None:
    async with desk(Parts()) as scene:
        for made in (1, 2):  # nor is it kept
            first, second = [await admit(scene, key="t:7:beef:q") for _ in range(2)]
            assert outcome_of(await read(scene, first)) == ANSWERED
            with pytest.raises(UnavailableError) as caught:
                await read(scene, second)
            assert caught.value.reason == "PERMISSIONS_CHANGED"
            await turn_of_the_loop()
            assert len(scene.neighbours.summaries) == made


async def test_who_joins_first_a_making_of_another_is_not_told_what_that_one_may_read() -> None:
    async with desk(Parts()) as scene:
        with acting_as(local_operator("t")):
            making = scene.desk.start(QUESTION, "t:7:beef:q")
        other = scene.desk.join("other", QUESTION, making)
        with pytest.raises(UnavailableError) as caught:
            await read(scene, other.answer_id, tenant="other")
        assert caught.value.reason == "PERMISSIONS_CHANGED"


async def test_a_request_whose_answer_was_withheld_may_be_asked_again() -> None:
    async with desk(Parts()) as scene:
        await admit(scene, key="t:7:beef:q")
        second = await admit(scene, NAMED, key="t:7:beef:q")
        with pytest.raises(UnavailableError):
            await read(scene, second)
        third = await admit(scene, NAMED, key="t:7:all:q")
        assert third != second
        assert outcome_of(await read(scene, third)) == ANSWERED


async def test_without_the_cache_answers_go_on() -> None:
    async with redis_cache("redis://127.0.0.1:1") as gone, desk(Parts(cache=gone)) as scene:
        for _ in range(2):
            assert outcome_of(await read(scene, await admit(scene))) == ANSWERED
            await turn_of_the_loop()
        assert "answer unavailable" in scene.observer.lookups
