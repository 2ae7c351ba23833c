"""The events of one answer, kept in memory."""

from contextlib import aclosing

import pytest

from askmesh.errors import UnavailableError
from askmesh.gateway.event_log import MemoryEventLog
from askmesh.gateway.events import AnswerEvent, Heartbeat, TextDelta


async def read(log: MemoryEventLog, after: int = 0) -> list[str]:
    texts: list[str] = []
    async with aclosing(log.follow(after)) as events:
        async for event in events:
            assert isinstance(event, AnswerEvent)
            assert isinstance(event.body, TextDelta)
            texts.append(f"{event.sequence}{event.body.text}")
    return texts


def log_of(*texts: str) -> MemoryEventLog:
    log = MemoryEventLog("a", heartbeat_seconds=60)
    for text in texts:
        log.append(TextDelta(text))
    return log


async def test_sequences_count_from_one_without_gaps() -> None:
    log = log_of("x", "y", "z")
    log.end()
    assert await read(log) == ["1x", "2y", "3z"]


async def test_a_follower_gets_only_what_comes_after_its_sequence() -> None:
    log = log_of("x", "y", "z")
    log.end()
    assert await read(log, after=2) == ["3z"]


async def test_a_follower_gets_events_that_are_appended_while_it_waits() -> None:
    log = log_of("x")
    async with aclosing(log.follow(0)) as events:
        first = await anext(events)
        waiting = anext(events)
        log.append(TextDelta("y"))
        second = await waiting
    assert [first, second] == [
        AnswerEvent("a", 1, TextDelta("x")),
        AnswerEvent("a", 2, TextDelta("y")),
    ]


async def test_every_follower_gets_every_event() -> None:
    log = log_of("x", "y")
    log.end()
    assert await read(log) == await read(log)


async def test_a_failure_reaches_every_follower_after_the_last_event() -> None:
    log = log_of("x")
    log.end(UnavailableError("SEARCH_UNAVAILABLE", "no index answers"))
    for _ in range(2):
        async with aclosing(log.follow(0)) as events:
            await anext(events)
            with pytest.raises(UnavailableError):
                await anext(events)


async def test_nothing_can_follow_the_end() -> None:
    log = log_of()
    log.end()
    with pytest.raises(RuntimeError):
        log.append(TextDelta("late"))


async def test_a_silent_answer_gives_heartbeats_that_are_not_events() -> None:
    log = MemoryEventLog("a", heartbeat_seconds=0.001)
    async with aclosing(log.follow(0)) as events:
        assert await anext(events) == Heartbeat()
        log.append(TextDelta("x"))
        while isinstance(event := await anext(events), Heartbeat):
            pass
    assert event == AnswerEvent("a", 1, TextDelta("x"))
