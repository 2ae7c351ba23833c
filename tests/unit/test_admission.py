"""Which questions share an answer."""

import asyncio
from collections.abc import Awaitable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import pytest

from askmesh.api.gateway.v1.gateway_pb2 import (
    CACHE_STATUS_EXACT_HIT,
    CACHE_STATUS_SEMANTIC_HIT,
    AnswerEvent,
    StreamAnswerRequest,
)
from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.gateway.admission import Admission
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.keys import asker_of
from askmesh.gateway.others import NoOthers
from askmesh.gateway.places import PlaceLimits
from askmesh.gateway.ports import SeenDocuments
from askmesh.identity import Caller, acting_as, local_operator
from askmesh.resilience import Priority, prioritized
from support.answer_desk import (
    NAMED,
    PATIENT,
    QUESTION,
    Parts,
    Scene,
    desk,
    keeping,
    read,
    turn_of_the_loop,
)


@dataclass
class Documents:
    """Documents at a revision; None if nobody knows it."""

    revision: int | None = 7
    others: int = 7
    permissions: dict[str, str] = field(default_factory=dict[str, str])  # by user

    def current(self, caller: Caller) -> Awaitable[SeenDocuments | None]:
        now = asyncio.get_running_loop().create_future()
        revision = self.others if caller.tenant == "other" else self.revision
        permissions = self.permissions.get(caller.user, "")
        now.set_result(None if revision is None else SeenDocuments(revision, permissions))
        return now


def admission(scene: Scene, documents: Documents, *, edition: str = "one") -> Admission:
    others = NoOthers(scene.desk)
    return Admission(scene.desk, others, scene.memory, documents, edition=edition)


class OneOther(NoOthers):
    """Another gateway: it has the request "r" of the tenant "t", and an equal one, which ended."""

    instead_of: tuple[str, ...] = ()

    def __init__(self, desk: AnswerDesk) -> None:
        super().__init__(desk)
        self.desk = desk

    async def of_request(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        if (asker, question.request_id) != ("t", "r"):
            return None
        making = self.desk.running.elsewhere("made there", question)
        return Answer("elsewhere", asker, "r", b"", making, making.log)

    async def meet(self, question: StreamAnswerRequest, key: str, *, instead_of: str) -> Making:
        self.instead_of += (instead_of,)
        if instead_of:
            return await super().meet(question, key, instead_of=instead_of)
        making = self.desk.running.elsewhere("old", question, key)
        making.log.end()
        return making


class SlowOthers(NoOthers):
    """Other gateways that do not take what they are told."""

    def __init__(self, desk: AnswerDesk) -> None:
        super().__init__(desk)
        self.told = asyncio.Event()

    async def announce(self, answer: Answer) -> None:
        del answer
        self.told.set()
        await asyncio.Event().wait()


async def ask(
    scene: Scene,
    admitting: Admission,
    question: StreamAnswerRequest = QUESTION,
    *,
    tenant: str = "t",
) -> int:
    """Ask, read the whole answer, and return how many answers were made so far."""
    answer_id = (await admitting.admit(local_operator(tenant), question)).answer_id
    assert (await read(scene, answer_id, tenant=tenant))[-1].HasField("completed")
    return len(scene.neighbours.summaries)


async def test_who_leaves_before_the_others_know_the_answer_has_abandoned_it() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        others = SlowOthers(scene.desk)
        admitting = Admission(scene.desk, others, scene.memory, Documents(), edition="one")
        asked = asyncio.create_task(admitting.admit(local_operator("t"), QUESTION))
        await others.told.wait()
        assert scene.desk.active_count == 1
        asked.cancel()
        await asyncio.wait([asked])
        await turn_of_the_loop()
        assert scene.desk.active_count == 0


async def test_a_person_waits_for_no_place_of_a_batch_that_asks_the_same() -> None:
    limits = replace(PATIENT, places=PlaceLimits(least=2, most=2, wait_seconds=60))
    other = StreamAnswerRequest(question="other")
    async with desk(Parts(limits=limits, hold=True)) as scene, asyncio.TaskGroup() as tasks:
        admitting = admission(scene, Documents())
        with prioritized(Priority.BATCH):
            batches = [
                tasks.create_task(admitting.admit(local_operator("t"), each))
                for each in (other, QUESTION)
            ]
        while not scene.desk.places.room.waiting:
            await turn_of_the_loop()
        person = await admitting.admit(local_operator("t"), QUESTION)
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert (await read(scene, person.answer_id))[-1].HasField("completed")
        waited = await batches[1]
        assert (await read(scene, waited.answer_id))[-1].HasField("completed")
        assert len(scene.neighbours.summaries) == 2


async def test_people_and_batches_that_have_a_place_meet_in_one_making() -> None:
    async with desk(Parts(hold=True)) as scene:
        admitting = admission(scene, Documents())
        with prioritized(Priority.BATCH):
            batch = asyncio.create_task(admitting.admit(local_operator("t"), QUESTION))
        person = await admitting.admit(local_operator("t"), QUESTION)
        assert person.making is (await batch).making


async def test_the_name_of_a_request_is_no_part_of_its_question() -> None:
    async with desk(Parts()) as scene:
        admitting = admission(scene, Documents())
        named = [StreamAnswerRequest(question="q", request_id=name) for name in ("", "a", "b")]
        assert [await ask(scene, admitting, each) for each in named] == [1, 1, 1]


@pytest.mark.parametrize(
    "other",
    [
        StreamAnswerRequest(question="What is a net?"),
        StreamAnswerRequest(question=QUESTION.question, seed=1),
        StreamAnswerRequest(question=QUESTION.question, wants_table=True),
        StreamAnswerRequest(
            question=QUESTION.question, conversation=[Turn(question="q", answer="a")]
        ),
    ],
)
async def test_whatever_else_is_asked_makes_it_another_question(other: StreamAnswerRequest) -> None:
    async with desk(Parts()) as scene:
        admitting = admission(scene, Documents())
        assert [await ask(scene, admitting, each) for each in (QUESTION, other)] == [1, 2]


async def test_no_tenant_gets_the_answer_of_another() -> None:
    async with desk(Parts()) as scene:
        admitting = admission(scene, Documents())
        assert [await ask(scene, admitting, tenant=each) for each in "tut"] == [1, 2, 2]


async def test_those_who_may_read_the_same_share_an_answer_and_no_others() -> None:
    async with desk(Parts()) as scene:
        documents = Documents(permissions={"ann": "a1", "bob": "b2", "eve": "a1"})
        scene.neighbours.permissions = documents.permissions
        admitting = admission(scene, documents)
        made: list[int] = []
        for user in ("ann", "bob", "eve", ""):
            caller = Caller("t", user, frozenset(), frozenset())
            with acting_as(caller):
                answer_id = (await admitting.admit(caller, QUESTION)).answer_id
                await read(scene, answer_id, tenant=asker_of(caller))
            made.append(len(scene.neighbours.summaries))
        assert made == [1, 2, 2, 3]


async def test_an_answer_is_as_old_as_the_documents_that_it_is_from() -> None:
    async with desk(Parts()) as scene:
        documents = Documents()
        admitting = admission(scene, documents)
        assert [await ask(scene, admitting), await ask(scene, admitting)] == [1, 1]
        documents.revision = 8
        assert await ask(scene, admitting) == 2


async def test_documents_of_others_leave_an_answer_as_it_is() -> None:
    async with desk(Parts()) as scene:
        documents = Documents()
        admitting = admission(scene, documents)
        assert [await ask(scene, admitting, tenant=each) for each in ("t", "other")] == [1, 2]
        documents.others = 8
        assert [await ask(scene, admitting, tenant=each) for each in ("t", "other")] == [2, 3]


async def test_nothing_is_shared_while_nobody_knows_what_the_documents_are() -> None:
    async with desk(Parts()) as scene:
        admitting = admission(scene, Documents(revision=None))
        assert [await ask(scene, admitting) for _ in range(2)] == [1, 2]


async def test_another_edition_of_the_mesh_answers_anew() -> None:
    async with desk(Parts()) as scene:
        editions = [admission(scene, Documents(), edition=each) for each in ("one", "two", "one")]
        assert [await ask(scene, each) for each in editions] == [1, 2, 2]


async def test_a_request_that_comes_again_costs_nothing_even_if_the_documents_changed() -> None:
    async with desk(Parts()) as scene:
        documents = Documents()
        admitting = admission(scene, documents)
        named = StreamAnswerRequest(question="q", request_id="r")
        answer_id = (await admitting.admit(local_operator("t"), named)).answer_id
        documents.revision = 8
        assert (await admitting.admit(local_operator("t"), named)).answer_id == answer_id
        await read(scene, answer_id)
        assert len(scene.neighbours.asked) == 1


def beside_another(scene: Scene) -> tuple[Admission, OneOther]:
    others = OneOther(scene.desk)
    return Admission(scene.desk, others, scene.memory, Documents(), edition="one"), others


async def test_a_request_that_another_gateway_has_is_of_its_tenant_alone() -> None:
    async with desk(Parts()) as scene:
        admitting, _ = beside_another(scene)
        assert (await admitting.admit(local_operator("t"), NAMED)).answer_id == "elsewhere"
        assert (await admitting.admit(local_operator("u"), NAMED)).answer_id != "elsewhere"


async def test_a_making_that_has_ended_elsewhere_is_begun_anew_in_its_place() -> None:
    async with desk(Parts()) as scene:
        admitting, others = beside_another(scene)
        answer_id = (await admitting.admit(local_operator("t"), QUESTION)).answer_id
        assert (await read(scene, answer_id))[-1].HasField("completed")
        assert others.instead_of == ("", "old")


async def test_who_asks_reads_an_answer_that_is_there_although_others_took_its_room() -> None:
    async with desk(Parts(limits=keeping(answers=1))) as scene:
        admitting = admission(scene, Documents())
        await ask(scene, admitting)
        await turn_of_the_loop()
        found = [await admitting.admit(local_operator("t"), QUESTION) for _ in range(3)]
        for answer in found:
            async with aclosing(scene.desk.follow(answer)) as batches:
                events = [event async for batch in batches for event in batch]
            end = AnswerEvent.FromString(events[-1]).completed
            assert end.cache_status == CACHE_STATUS_EXACT_HIT


class LeavingAtOnce(NoOthers):
    """The caller leaves at the moment in which the making begins."""

    leaving: asyncio.Task[Answer] | None = None

    async def meet(self, question: StreamAnswerRequest, key: str, *, instead_of: str) -> Making:
        making = await super().meet(question, key, instead_of=instead_of)
        assert self.leaving
        self.leaving.cancel()
        return making


async def test_what_is_begun_for_a_caller_who_has_just_left_is_not_made_to_its_end() -> None:
    async with desk(Parts(hold=True)) as scene:
        others = LeavingAtOnce(scene.desk)
        admitting = Admission(scene.desk, others, scene.memory, Documents(), edition="one")
        asking = admitting.admit(local_operator("t"), QUESTION)
        others.leaving = asyncio.create_task(asking)
        await asyncio.wait([others.leaving])
        await turn_of_the_loop()
        assert others.leaving.cancelled()
        assert scene.desk.active_count == 0
        assert scene.neighbours.open_streams == 0


IN_OTHER_WORDS = StreamAnswerRequest(question="what's a mesh")


async def test_a_question_in_other_words_gets_an_answer_and_what_it_was_made_for() -> None:
    async with desk(Parts(any_words=True)) as scene:
        admitting = admission(scene, Documents())
        assert [await ask(scene, admitting, each) for each in (QUESTION, IN_OTHER_WORDS)] == [1, 1]
        *_, end = await read(
            scene, (await admitting.admit(local_operator("t"), IN_OTHER_WORDS)).answer_id
        )
        assert end.completed.cache_status == CACHE_STATUS_SEMANTIC_HIT
        assert end.completed.answered_question == QUESTION.question
        *_, end = await read(
            scene, (await admitting.admit(local_operator("t"), QUESTION)).answer_id
        )
        assert end.completed.cache_status == CACHE_STATUS_EXACT_HIT
        assert not end.completed.answered_question


@pytest.mark.parametrize(
    ("tenant", "other"),
    [
        ("other", IN_OTHER_WORDS),
        ("t", StreamAnswerRequest(question="what isn't a mesh")),
        ("t", StreamAnswerRequest(question=IN_OTHER_WORDS.question, wants_table=True)),
    ],
)
async def test_other_words_are_all_that_may_differ(tenant: str, other: StreamAnswerRequest) -> None:
    async with desk(Parts(any_words=True)) as scene:
        admitting = admission(scene, Documents())
        assert await ask(scene, admitting) == 1
        assert await ask(scene, admitting, other, tenant=tenant) == 2


async def test_other_words_get_nothing_of_older_documents() -> None:
    async with desk(Parts(any_words=True)) as scene:
        documents = Documents()
        admitting = admission(scene, documents)
        await ask(scene, admitting)
        documents.revision = 8
        assert await ask(scene, admitting, IN_OTHER_WORDS) == 2


async def test_other_words_are_another_question_where_nobody_allowed_them() -> None:
    async with desk(Parts()) as scene:
        admitting = admission(scene, Documents())
        assert [await ask(scene, admitting, each) for each in (QUESTION, IN_OTHER_WORDS)] == [1, 2]
