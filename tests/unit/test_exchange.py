"""Answers of other gateways, for readers who come from there."""

import asyncio
from dataclasses import dataclass

import pytest

from askmesh.api.gateway.v1.gateway_pb2 import AnswerCompleted, AnswerEvent
from askmesh.caching import RedisCommands, redis_commands
from askmesh.errors import OutOfRangeError
from askmesh.gateway.answers import Answer, fingerprint
from askmesh.gateway.exchange import Exchange
from askmesh.gateway.keys import answer_key, asker_of, documents_key, recalled_id
from askmesh.gateway.ports import KeptAnswer, SeenDocuments
from askmesh.gateway.revisions import reads_the_same
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.identity import Caller, acting_as, local_operator
from support.answer_desk import ANSWERED, QUESTION, Parts, Scene, desk, read

KEY = answer_key("t", documents_key(7, "beef"), "c0ffee")
NOWHERE = "redis://127.0.0.1:9"


def _followed_here(scene: Scene) -> Answer:
    """Return an answer that another gateway makes, of which one event has come here."""
    making = scene.desk.running.elsewhere("m", QUESTION)
    making.log.append(AnswerEvent())
    answer = Answer("a", "t", "", fingerprint(QUESTION), making, making.log)
    making.answers.append(answer)
    scene.desk.register.add(answer)
    return answer


def _exchange(
    scene: Scene, shared: RedisAnswers, tasks: asyncio.TaskGroup, *, reads: str = ""
) -> Exchange:
    async def may_read(documents: str) -> bool:
        return documents == reads

    return Exchange(scene.desk, shared, scene.memory, tasks, may_read=may_read)


async def _is_brought(asker: str, *, reads: str) -> bool:
    """Tell whether an asker gets the answer of an id that says what it is kept by."""
    async with desk(Parts()) as scene, redis_commands(NOWHERE, timeout_seconds=0.1) as redis:
        completed = AnswerCompleted(outcome=ANSWERED)
        event = AnswerEvent(completed=completed).SerializeToString()
        await scene.memory.keep(KEY, KeptAnswer(QUESTION.question, [event]))
        async with asyncio.TaskGroup() as tasks:
            exchange = _exchange(scene, _nobody(redis), tasks, reads=reads)
            await exchange.bring(asker, recalled_id("new", KEY), 0)
        return scene.desk.register.get(recalled_id("new", KEY)) is not None


def _nobody(redis: RedisCommands) -> RedisAnswers:
    return RedisAnswers(redis, name="here", kept_seconds=1)


async def test_who_may_not_read_the_same_does_not_resume_an_answer_whatever_its_id_says() -> None:
    alice = asker_of(Caller("t", "alice", frozenset(), frozenset()))
    assert await _is_brought(alice, reads=documents_key(7, "beef"))
    assert not await _is_brought(alice, reads=documents_key(7, "cafe"))
    assert not await _is_brought(alice, reads=documents_key(8, "beef"))  # never told to her


async def test_a_reader_who_has_read_further_elsewhere_is_waited_for() -> None:
    async with desk(Parts()) as scene, redis_commands(NOWHERE, timeout_seconds=0.1) as redis:
        answer = _followed_here(scene)
        async with asyncio.TaskGroup() as tasks:
            exchange = _exchange(scene, _nobody(redis), tasks)
            with pytest.raises(OutOfRangeError):
                await read(scene, "a", after=2)
            brought = tasks.create_task(exchange.bring("t", "a", 2))
            done, _ = await asyncio.wait([brought], timeout=0.05)
            assert not done
            answer.log.append(AnswerEvent())
            await brought
        answer.log.end()
        assert await read(scene, "a", after=2) == []


@dataclass(frozen=True, slots=True)
class Seen:
    """Documents at a revision, of which everybody may read the same."""

    revision: int

    async def current(self, caller: Caller) -> SeenDocuments | None:
        del caller
        return SeenDocuments(self.revision, "beef")


async def test_answers_from_documents_of_before_are_for_those_alone_who_may_read_everything() -> (
    None
):
    with acting_as(Caller("t", "alice", frozenset(), frozenset())):
        assert await reads_the_same(Seen(7), documents_key(7, "beef"))
        assert not await reads_the_same(Seen(8), documents_key(7, "beef"))
    with acting_as(local_operator("t")):
        assert await reads_the_same(Seen(8), documents_key(7, ""))
