"""Places for answers in the making: taken, given up and left."""

from contextlib import aclosing
from dataclasses import replace

import pytest

from askmesh.errors import (
    OverloadedError,
)
from askmesh.resilience import Priority, prioritized
from support.answer_desk import (
    ANSWERED,
    CANCELLED,
    PATIENT,
    QUESTION,
    Parts,
    desk,
    following,
    outcome_of,
    read,
    turn_of_the_loop,
    until_text,
)


async def test_answers_in_the_making_are_counted_up_and_down() -> None:
    async with desk(Parts(hold=True)) as scene:
        finished, cancelled = (scene.desk.admit("t", QUESTION).answer_id for _ in range(2))
        assert scene.observer.active_answers == [1, 2]
        await until_text(scene, cancelled)
        assert scene.desk.cancel("t", cancelled)
        assert outcome_of(await read(scene, cancelled)) == CANCELLED
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, finished)) == ANSWERED
        await turn_of_the_loop()
    assert scene.observer.active_answers == [1, 2, 1, 0]


async def test_answers_for_which_summarization_was_not_asked_yet_count_as_coming() -> None:
    limits = replace(PATIENT, places=replace(PATIENT.places, writing_wait_seconds=1.0))
    async with desk(Parts(hold=True, limits=limits, writing_seconds=lambda n: 2.0 * n)) as scene:
        async with scene.desk.places.reserved():
            answer_id = scene.desk.admit("t", QUESTION).answer_id
        with pytest.raises(OverloadedError) as caught:
            async with scene.desk.places.reserved():
                pass
        assert caught.value.metadata["why"] == "writing"
        await until_text(scene, answer_id)
        async with scene.desk.places.reserved():
            pass


async def test_a_client_that_leaves_does_not_end_the_answer() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        await until_text(scene, answer_id)
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, answer_id)) == ANSWERED


async def test_cancelling_ends_the_stream_as_cancelled_and_closes_the_summary() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        await until_text(scene, answer_id)
        assert scene.desk.cancel("t", answer_id)
        assert outcome_of(await read(scene, answer_id)) == CANCELLED
        assert scene.neighbours.open_streams == 0
        assert scene.observer.cancellations == 1
        assert not scene.desk.cancel("t", answer_id)


async def test_an_answer_cancelled_before_its_first_step_ends_too() -> None:
    async with desk(Parts()) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
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
        left_first, left_later = (scene.desk.admit("t", QUESTION).answer_id for _ in range(2))
        for answer_id in (left_first, left_later):
            await until_text(scene, answer_id)
        new = scene.desk.admit("t", QUESTION).answer_id
        assert outcome_of(await read(scene, left_first)) == CANCELLED
        assert scene.desk.active_count == 2
        await until_text(scene, new)
        assert scene.neighbours.open_streams == 2
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, left_later)) == ANSWERED


async def test_batch_work_takes_no_place_from_the_answer_of_a_person() -> None:
    async with desk(Parts(hold=True)) as scene:
        with prioritized(Priority.BATCH):
            batch = scene.desk.admit("t", QUESTION).answer_id
        person = scene.desk.admit("t", QUESTION).answer_id
        await until_text(scene, person)
        with prioritized(Priority.BATCH), pytest.raises(OverloadedError):
            scene.desk.admit("t", QUESTION)
        await until_text(scene, batch)
        with prioritized(Priority.BATCH):
            scene.desk.admit("t", QUESTION)
        assert outcome_of(await read(scene, batch)) == CANCELLED
        assert scene.neighbours.hold
        scene.neighbours.hold.set()
        assert outcome_of(await read(scene, person)) == ANSWERED


async def test_an_answer_that_is_followed_again_keeps_its_place() -> None:
    async with desk(Parts(hold=True)) as scene:
        answer_ids = [scene.desk.admit("t", QUESTION).answer_id for _ in range(2)]
        for answer_id in answer_ids:
            await until_text(scene, answer_id)
        async with aclosing(following(scene, answer_ids[0])) as batches:
            await anext(batches)
            scene.desk.admit("t", QUESTION)
            assert outcome_of(await read(scene, answer_ids[1])) == CANCELLED
            with pytest.raises(OverloadedError):
                scene.desk.admit("t", QUESTION)


async def test_an_answer_that_ended_makes_room() -> None:
    async with desk(Parts()) as scene:
        for _ in range(5):
            await read(scene, scene.desk.admit("t", QUESTION).answer_id)
        await turn_of_the_loop()
        assert scene.desk.active_count == 0


async def test_an_answer_that_nobody_follows_is_cancelled() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        await until_text(scene, answer_id)
        await turn_of_the_loop()
        assert outcome_of(await read(scene, answer_id)) == CANCELLED


async def test_an_answer_that_is_followed_again_in_time_is_not_cancelled() -> None:
    hasty = replace(PATIENT, abandoned_seconds=0)
    async with desk(Parts(limits=hasty, hold=True)) as scene:
        answer_id = scene.desk.admit("t", QUESTION).answer_id
        async with aclosing(following(scene, answer_id)) as batches:
            await anext(batches)
            await until_text(scene, answer_id)  # one of two leaves
            await turn_of_the_loop()
        async with aclosing(following(scene, answer_id)) as batches:
            await anext(batches)  # before anything else could happen
            await turn_of_the_loop()
            assert scene.desk.active_count == 1
