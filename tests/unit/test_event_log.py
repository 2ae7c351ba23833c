"""The events of one answer, kept in memory."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import pytest

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.errors import UnavailableError
from askmesh.gateway.event_log import MemoryEventLog, follow


def event(text: str, sequence: int = 0) -> AnswerEvent:
    return AnswerEvent(sequence=sequence, text_delta=TextDelta(text=text))


async def read(log: MemoryEventLog, after: int = 0) -> list[str]:
    texts: list[str] = []
    async with aclosing(following(log, after)) as batches:
        async for batch in batches:
            read = [AnswerEvent.FromString(each) for each in batch]
            texts += [f"{each.sequence}{each.text_delta.text}" for each in read]
    return texts


def following(
    log: MemoryEventLog, after: int, *, silence: float = 60
) -> AsyncGenerator[Sequence[bytes]]:
    return follow(lambda: log, after, heartbeat_seconds=silence)


def log_of(*texts: str) -> MemoryEventLog:
    log = MemoryEventLog()
    for text in texts:
        log.append(event(text))
    return log


async def test_sequences_count_from_one_without_gaps() -> None:
    log = log_of("x", "y", "z")
    log.end()
    assert await read(log) == ["1x", "2y", "3z"]
    assert log.last_sequence == 3


async def test_a_follower_gets_only_what_comes_after_its_sequence() -> None:
    log = log_of("x", "y", "z")
    log.end()
    assert await read(log, after=2) == ["3z"]


async def test_a_follower_gets_events_that_are_appended_while_it_waits() -> None:
    log = log_of("x")
    async with aclosing(following(log, 0)) as batches:
        first = await anext(batches)
        waiting = anext(batches)
        log.append(event("y"))
        second = await waiting
    assert [*first, *second] == [
        event("x", 1).SerializeToString(),
        event("y", 2).SerializeToString(),
    ]


async def test_a_follower_gets_at_once_what_is_there() -> None:
    log = log_of(*"abc")
    async with aclosing(following(log, 1)) as batches:
        assert len(await anext(batches)) == 2


async def test_a_follower_gets_no_event_that_others_do_not_have_yet() -> None:
    log = log_of("x", "y")
    log.hold(1)
    async with aclosing(following(log, 0)) as batches:
        assert len(await anext(batches)) == 1
        waiting = asyncio.ensure_future(anext(batches))
        log.append(event("z"))
        log.end()
        log.hold(2)
        assert len(await waiting) == 1
        log.release()
        assert len(await anext(batches)) == 1


async def test_what_nobody_else_has_can_be_withdrawn() -> None:
    log = log_of("x", "y", "z")
    log.hold(2)
    log.withdraw()
    log.end()
    assert await read(log) == ["1x", "2y"]


async def test_every_follower_gets_every_event_byte_for_byte() -> None:
    log = log_of("x", "y")
    log.end()
    async with aclosing(following(log, 0)) as one, aclosing(following(log, 0)) as other:
        read = [each async for batch in one for each in batch]
        assert read == [each async for batch in other for each in batch]
    assert log.size_bytes == sum(map(len, read))


async def test_what_becomes_of_a_message_later_does_not_change_the_log() -> None:
    log, appended = log_of(), event("x")
    log.append(appended)
    appended.text_delta.text = "changed"
    log.end()
    assert await read(log) == ["1x"]


async def test_a_failure_reaches_every_follower_after_the_last_event() -> None:
    log = log_of("x")
    log.end(UnavailableError("SEARCH_UNAVAILABLE", "no index answers"))
    for _ in range(2):
        async with aclosing(following(log, 0)) as events:
            await anext(events)
            with pytest.raises(UnavailableError):
                await anext(events)


async def test_nothing_can_follow_the_end() -> None:
    log = log_of()
    log.end()
    with pytest.raises(RuntimeError):
        log.append(event("late"))


async def test_a_silent_answer_gives_heartbeats_that_are_not_events() -> None:
    log = MemoryEventLog()
    async with aclosing(following(log, 0, silence=0.001)) as events:
        assert not await anext(events)
        log.append(event("x"))
        while not (batch := await anext(events)):
            pass
    assert batch == [event("x", 1).SerializeToString()]
