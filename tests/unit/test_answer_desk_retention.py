"""How long answers that ended can be read."""

from dataclasses import replace

import pytest

from askmesh.errors import (
    NotFoundError,
)
from askmesh.gateway.answers import Answer
from askmesh.gateway.register import EndedAnswers, RetentionLimits
from support.answer_desk import (
    ANSWERED,
    NAMED,
    PATIENT,
    QUESTION,
    Parts,
    desk,
    keeping,
    outcome_of,
    read,
    turn_of_the_loop,
)


async def test_an_answer_that_made_room_is_not_forgotten_twice() -> None:
    limits = replace(PATIENT, retention=replace(PATIENT.retention, answers=0, seconds=0))
    async with desk(Parts(limits=limits)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        await read(scene, answer_id)
        await turn_of_the_loop()  # an error in a timer fails the test
        with pytest.raises(NotFoundError):
            await read(scene, answer_id)


async def test_an_answer_that_is_kept_twice_is_forgotten_once() -> None:
    forgotten: list[Answer] = []
    ended = EndedAnswers(RetentionLimits(1, 1_000_000, 0), forgotten.append)
    async with desk(Parts(limits=PATIENT)) as scene:
        answers = [scene.desk.admit("t", QUESTION) for _ in range(2)]
        for answer in (answers[0], *answers):  # the second one makes room
            ended.keep(answer)
        await turn_of_the_loop()  # an error in a timer fails the test
        assert forgotten == answers
        for answer in answers:
            answer.forgetting = None
            await read(scene, answer.answer_id)


async def test_one_that_others_took_over_is_forgotten_once_and_who_has_its_id_by_then_stays() -> (
    None
):
    async with desk(Parts(limits=keeping(seconds=0))) as scene:
        register = scene.desk.register
        lost = scene.desk.admit("t", QUESTION)
        async for _ in scene.desk.follow(lost):
            pass
        register.forget(lost)
        brought = replace(lost)
        register.add(brought)
        await turn_of_the_loop()  # an error in a timer fails the test
        assert register.get(lost.answer_id) is brought


async def test_an_answer_is_forgotten_after_its_retention() -> None:
    forgetful = keeping(seconds=0)
    async with desk(Parts(limits=forgetful)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        await read(scene, answer_id)
        await turn_of_the_loop()
        with pytest.raises(NotFoundError):
            await read(scene, answer_id)


async def test_a_request_whose_answer_is_forgotten_is_answered_anew() -> None:
    async with desk(Parts(limits=keeping(seconds=0))) as scene:
        first = scene.desk.admit("t", NAMED).answer_id
        await read(scene, first)
        await turn_of_the_loop()
        assert outcome_of(await read(scene, scene.desk.admit("t", NAMED).answer_id)) == ANSWERED
        assert len(scene.neighbours.asked) == 2


async def test_the_oldest_answers_that_ended_make_room_for_newer_ones() -> None:
    async with desk(Parts(limits=keeping(answers=2))) as scene:
        answer_ids = [scene.desk.admit("t", QUESTION).answer_id]
        await read(scene, answer_ids[0])
        for _ in range(2):
            answer_ids.append(scene.desk.admit("t", QUESTION).answer_id)
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
            answer_ids.append(scene.desk.admit("t", QUESTION).answer_id)
            sizes.add(sum(each.ByteSize() for each in await read(scene, answer_ids[-1])))
        await turn_of_the_loop()
        kept = 1_000 // max(sizes)
        assert 0 < kept < len(answer_ids)
        for answer_id in answer_ids[-kept:]:
            assert outcome_of(await read(scene, answer_id)) == ANSWERED
        with pytest.raises(NotFoundError):
            await read(scene, answer_ids[-kept - 1])
