"""Answers of other gateways, for readers who come from there."""

import asyncio

import pytest

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.caching import redis_commands
from askmesh.errors import OutOfRangeError
from askmesh.gateway.answers import Answer, fingerprint
from askmesh.gateway.exchange import Exchange
from askmesh.gateway.shared_redis import RedisAnswers
from support.answer_desk import PATIENT, QUESTION, Parts, Scene, desk, read

NOWHERE = "redis://127.0.0.1:9"


def _followed_here(scene: Scene) -> Answer:
    """Return an answer that another gateway makes, of which one event has come here."""
    making = scene.desk.running.elsewhere("m", QUESTION)
    making.log.append(AnswerEvent())
    answer = Answer("a", "t", "", fingerprint(QUESTION), making, making.log)
    making.answers.append(answer)
    scene.desk.register.add(answer)
    return answer


async def test_a_reader_who_has_read_further_elsewhere_is_waited_for() -> None:
    async with desk(Parts()) as scene, redis_commands(NOWHERE, timeout_seconds=0.1) as redis:
        answer = _followed_here(scene)
        async with asyncio.TaskGroup() as tasks:
            shared = RedisAnswers(redis, name="here", kept_seconds=1)
            exchange = Exchange(
                scene.desk, shared, scene.memory, tasks, retention=PATIENT.retention
            )
            with pytest.raises(OutOfRangeError):
                await read(scene, "a", after=2)
            brought = tasks.create_task(exchange.bring("t", "a", 2))
            done, _ = await asyncio.wait([brought], timeout=0.05)
            assert not done
            answer.log.append(AnswerEvent())
            await brought
        answer.log.end()
        assert await read(scene, "a", after=2) == []
