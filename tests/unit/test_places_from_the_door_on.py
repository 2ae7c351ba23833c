"""Places that questions have from the door on, while others are refused."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.errors import OverloadedError
from askmesh.gateway.admission import Admission
from askmesh.gateway.journal import AnswerJournal
from askmesh.gateway.others import NoOthers
from askmesh.gateway.ports import SeenDocuments
from askmesh.gateway.reception import Reception
from askmesh.identity import Caller, acting_as, local_operator
from support.answer_desk import (
    CANCELLED,
    PATIENT,
    QUESTION,
    Parts,
    Scene,
    desk,
    outcome_of,
    read,
    turn_of_the_loop,
    until_text,
)

ANN = local_operator("t")
OTHER = StreamAnswerRequest(question="What is a net?")
ONE_PLACE = replace(PATIENT, places=replace(PATIENT.places, least=1, most=1, wait_seconds=60))


class Documents:
    """Documents of the revision that neighbours find, for ever."""

    async def current(self, caller: Caller) -> SeenDocuments | None:
        del caller
        return SeenDocuments(7, "")


@dataclass
class Gateway:
    """A gateway with one place, which has just refused a question."""

    scene: Scene
    reception: Reception

    @property
    def taken_and_waiting(self) -> tuple[int, int]:
        room = self.scene.desk.places.room
        return room.in_use, room.waiting

    async def ask(self, question: StreamAnswerRequest) -> None:
        """Ask, and read the answer as far as it comes at once."""
        async with aclosing(self.reception.ask(ANN, question)) as batches:
            await anext(batches)


@asynccontextmanager
async def refusing_gateway() -> AsyncGenerator[Gateway]:
    async with desk(Parts(limits=ONE_PLACE)) as scene:
        others = NoOthers(scene.desk)
        admission = Admission(scene.desk, others, scene.memory, Documents(), edition="one")
        gateway = Gateway(scene, Reception(admission, others, scene.desk, AnswerJournal(None)))
        with acting_as(ANN):
            first = scene.desk.admit("t", QUESTION)
            with pytest.raises(OverloadedError):
                scene.desk.admit("t", QUESTION)
            await read(scene, first.answer_id)
            await turn_of_the_loop()  # it leaves
            yield gateway


async def test_a_question_has_its_place_or_its_turn_before_it_is_read() -> None:
    async with refusing_gateway() as gateway:
        places = gateway.scene.desk.places
        with places.kept(ANN):
            assert gateway.taken_and_waiting == (1, 0)
            with places.kept(ANN):
                assert gateway.taken_and_waiting == (1, 1)
                with pytest.raises(OverloadedError):
                    places.kept(ANN)
            assert gateway.taken_and_waiting == (1, 0)
        assert gateway.taken_and_waiting == (0, 0)


async def test_an_answer_is_begun_in_the_place_that_its_question_has() -> None:
    async with refusing_gateway() as gateway:
        places = gateway.scene.desk.places
        with places.kept(ANN):
            await gateway.ask(OTHER)
            assert gateway.taken_and_waiting == (1, 0)
            assert gateway.scene.desk.active_count == 1


async def test_a_question_whose_answer_is_kept_gives_its_place_up_before_it_is_read() -> None:
    async with refusing_gateway() as gateway:
        async with aclosing(gateway.reception.ask(ANN, OTHER)) as batches:
            assert [batch async for batch in batches]
        await turn_of_the_loop()
        with gateway.scene.desk.places.kept(ANN):
            assert gateway.taken_and_waiting == (1, 0)
            await gateway.ask(OTHER)
            assert gateway.taken_and_waiting == (0, 0)


async def test_no_answer_is_given_up_for_a_question_that_is_not_read_yet() -> None:
    async with desk(Parts(limits=ONE_PLACE, hold=True)) as scene:
        with acting_as(ANN):
            abandoned = scene.desk.admit("t", QUESTION).answer_id
            with pytest.raises(OverloadedError):
                scene.desk.admit("t", OTHER)
            await until_text(scene, abandoned)
            with scene.desk.places.kept(ANN):
                assert scene.desk.active_count == 1
            scene.desk.admit("t", OTHER)
            assert outcome_of(await read(scene, abandoned)) == CANCELLED


async def test_without_refusals_a_question_is_read_before_it_has_a_place() -> None:
    async with desk(Parts(limits=ONE_PLACE)) as scene:
        with scene.desk.places.kept(ANN):
            assert scene.desk.places.room.in_use == 0
