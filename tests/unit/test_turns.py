"""What is asked in one turn of the loop, and what becomes of it when the turns end."""

import asyncio
from collections.abc import Sequence

from askmesh.resilience import turns

ALONE = 1


async def echoed(questions: Sequence[str]) -> Sequence[str]:
    return questions


async def test_what_is_asked_in_one_turn_is_sent_together() -> None:
    sent: list[Sequence[str]] = []

    async def send(questions: Sequence[str]) -> Sequence[str]:
        sent.append(questions)
        return questions

    async with turns(send, batches=ALONE) as asking:
        replies = await asyncio.gather(asking.ask("a"), asking.ask("b"))
    assert [*replies] == ["a", "b"]
    assert sent == [["a", "b"]]


async def test_what_waits_when_the_turns_end_is_given_up_and_never_sent() -> None:
    sent: list[Sequence[str]] = []
    is_on_its_way = asyncio.Event()

    async def send(questions: Sequence[str]) -> Sequence[str]:
        sent.append(questions)
        is_on_its_way.set()
        await asyncio.Event().wait()
        return questions

    async with turns(send, batches=ALONE) as asking:
        first = asking.ask("first")
        await is_on_its_way.wait()
        waits = asking.ask("waits")
    assert (first.cancelled(), waits.cancelled()) == (True, True)
    await asyncio.gather(*(asyncio.sleep(0) for _ in range(10)))
    assert sent == [["first"]]


async def test_what_was_asked_just_before_the_end_is_never_sent() -> None:
    async with turns(echoed, batches=ALONE) as asking:
        late = asking.ask("late")
    await asyncio.wait([late])
    assert late.cancelled()
