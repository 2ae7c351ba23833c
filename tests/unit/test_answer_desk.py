"""Answers that are read, and requests that are repeated."""

from dataclasses import dataclass, replace

import pytest

from askmesh.api.common.v1.passage_pb2 import Filter
from askmesh.api.gateway.v1.gateway_pb2 import (
    StreamAnswerRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.errors import (
    AlreadyExistsError,
    AskmeshError,
    DeadlineError,
    NotFoundError,
    OutOfRangeError,
    UnavailableError,
)
from askmesh.gateway.keys import asker_of
from askmesh.gateway.places import PlaceLimits
from askmesh.identity import Caller
from askmesh.resilience import deadline, time_remaining
from support.answer_desk import (
    ANSWERED,
    NAMED,
    PATIENT,
    QUESTION,
    Parts,
    desk,
    outcome_of,
    read,
    until_text,
)
from support.gateway_fakes import FakeNeighbours

ONE_PLACE = PlaceLimits(least=1, most=1, wait_seconds=0)


async def test_an_answer_can_be_read_again_from_any_sequence() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        whole = await read(scene, answer_id)
        assert await read(scene, answer_id, after=2) == whole[2:]


async def test_the_same_request_id_gets_the_same_answer() -> None:
    async with desk(Parts()) as scene:
        assert scene.desk.admit("t", NAMED).answer_id == scene.desk.admit("t", NAMED).answer_id
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
        assert scene.desk.admit("t", NAMED).answer_id != scene.desk.admit("u", NAMED).answer_id


async def test_a_request_whose_answer_was_given_up_may_be_repeated() -> None:
    async with desk(Parts(limits=replace(PATIENT, places=ONE_PLACE), hold=True)) as scene:
        given_up = scene.desk.admit("t", NAMED).answer_id
        await until_text(scene, given_up)
        other = scene.desk.admit("t", QUESTION).answer_id
        await until_text(scene, other)
        assert scene.desk.admit("t", NAMED).answer_id not in (given_up, other)


async def test_a_request_whose_answer_was_cancelled_is_still_the_same() -> None:
    async with desk(Parts(hold=True)) as scene:
        cancelled = scene.desk.admit("t", NAMED).answer_id
        assert scene.desk.cancel("t", cancelled)
        assert scene.desk.admit("t", NAMED).answer_id == cancelled


async def test_the_answer_of_a_question_without_time_is_a_deadline_and_no_defect() -> None:
    late = FakeNeighbours(failures={"retrieve": DeadlineError("DEADLINE_EXCEEDED", "late")})
    async with desk(Parts(neighbours=late)) as scene:
        with deadline(0.0):
            answer_id = scene.desk.admit("t", QUESTION).answer_id
        with pytest.raises(DeadlineError):
            await read(scene, answer_id)


async def test_an_answer_has_the_time_of_a_reader_with_more_than_the_one_who_asked() -> None:
    async with desk(Parts(neighbours=OutOfTimeAtFirst())) as scene:
        with deadline(0.0):
            asked = scene.desk.admit("t", NAMED)
        assert scene.desk.admit("t", NAMED) is asked
        with deadline(1000.0):
            assert outcome_of(await read(scene, asked.answer_id)) == ANSWERED


@dataclass
class OutOfTimeAtFirst(FakeNeighbours):
    """Searches end as those do that have no time left."""

    async def retrieve(
        self, request: RetrievePassagesRequest, *, seconds: float
    ) -> RetrievePassagesResponse:
        if not time_remaining():
            raise DeadlineError("DEADLINE_EXCEEDED", "no time is left for this call")
        return await super().retrieve(request, seconds=seconds)


async def test_nothing_can_be_read_beyond_the_end_of_an_answer() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        last = (await read(scene, answer_id))[-1].sequence
        assert await read(scene, answer_id, after=last) == []
        with pytest.raises(OutOfRangeError) as caught:
            await read(scene, answer_id, after=last + 1)
    assert (caught.value.reason, caught.value.field) == ("SEQUENCE_BEYOND_END", "after_sequence")
    assert caught.value.metadata == {"last_sequence": str(last)}


async def test_another_tenant_cannot_read_or_cancel_an_answer() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        with pytest.raises(NotFoundError):
            scene.desk.cancel("u", answer_id)
        with pytest.raises(NotFoundError):
            await read(scene, answer_id, tenant="u")


async def test_another_user_of_the_tenant_cannot_read_or_cancel_an_answer() -> None:
    alice, bob = (
        asker_of(Caller("t", user, frozenset(), frozenset())) for user in ("alice", "bob")
    )
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit(alice, NAMED).answer_id
        assert scene.desk.admit(bob, NAMED).answer_id != answer_id
        with pytest.raises(NotFoundError):
            scene.desk.cancel(bob, answer_id)
        with pytest.raises(NotFoundError):
            await read(scene, answer_id, tenant=bob)
        assert await read(scene, answer_id, tenant=alice)


async def test_a_failed_answer_fails_alike_for_all_who_read_it() -> None:
    failing = FakeNeighbours(failures={"retrieve": UnavailableError("SEARCH_UNAVAILABLE", "down")})
    async with desk(Parts(neighbours=failing)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        for _ in range(2):
            with pytest.raises(UnavailableError) as caught:
                await read(scene, answer_id)
            assert caught.value.reason == "SEARCH_UNAVAILABLE"


async def test_a_defect_ends_one_answer_and_the_desk_goes_on() -> None:
    broken = FakeNeighbours(failures={"retrieve": ZeroDivisionError()})
    async with desk(Parts(neighbours=broken)) as scene:
        with pytest.raises(AskmeshError) as caught:
            await read(scene, scene.desk.admit("t", QUESTION).answer_id)
        assert caught.value.reason == "UNEXPECTED_FAILURE"
        broken.failures.clear()
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        assert outcome_of(await read(scene, answer_id)) == ANSWERED


async def test_a_request_whose_answer_failed_may_be_repeated() -> None:
    failing = FakeNeighbours(failures={"retrieve": UnavailableError("SEARCH_UNAVAILABLE", "down")})
    async with desk(Parts(neighbours=failing)) as scene:
        with pytest.raises(UnavailableError):
            await read(scene, scene.desk.admit("t", NAMED).answer_id)
        failing.failures.clear()
        assert outcome_of(await read(scene, scene.desk.admit("t", NAMED).answer_id)) == ANSWERED
