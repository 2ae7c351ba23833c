"""Questions that are asked when their time comes."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace
from time import monotonic, time_ns
from typing import TypeAlias

from askmesh.client import Client, Completed, DegradationReason, TableDelta, TextDelta
from askmesh.errors import AskmeshError, OverloadedError
from askmesh.load._asked import AskedQuestion, End

MAY_BE_MISSING = tuple(
    each.value for each in DegradationReason if each is not DegradationReason.UNKNOWN
)
"""Reasons of degradations that can be named."""

Ask: TypeAlias = Callable[[int, float], Awaitable[AskedQuestion]]
"""Asks the question of a number, whose time was a moment of the monotonic clock."""


async def keep_to(times: Iterable[float], ask: Ask) -> list[AskedQuestion]:
    """Ask one question at each of these seconds from now; return what became of them, in order.

    None waits for those before: where they pile up, more are asked at once. Each time is looked at
    when the one before has come. It returns when all have ended; `ask` raises nothing.
    """
    began = monotonic()

    async def in_time(number: int, intended: float) -> AskedQuestion:
        late = monotonic() - began - intended
        asked = await ask(number, began + intended)
        return replace(asked, intended=intended, asked_late=max(0.0, late))

    async with asyncio.TaskGroup() as tasks:
        asking: list[asyncio.Task[AskedQuestion]] = []
        for number, intended in enumerate(times):
            await asyncio.sleep(began + intended - monotonic())
            asking.append(tasks.create_task(in_time(number, intended)))
    return [task.result() for task in asking]


def asker(client: Client, questions: Sequence[str], tolerated: Collection[str] = ()) -> Ask:
    """Return what asks these questions in turn, each time as one that nobody asked before.

    An answer that went without nothing but what is `tolerated` (reasons of degradations) is whole.
    """
    seeds = time_ns()  # other seeds than before: equal questions would share one answer

    async def ask(number: int, intended: float) -> AskedQuestion:
        question, seed = questions[number % len(questions)], seeds + number
        first_text: float | None = None
        try:
            async with aclosing(client.ask(question, seed=seed)) as events:
                async for event in events:
                    if first_text is None and isinstance(event, TextDelta | TableDelta):
                        first_text = monotonic() - intended
                    if isinstance(event, Completed):
                        return _completed(event, intended, first_text, tolerated)
        except OverloadedError as error:
            return AskedQuestion(0.0, monotonic() - intended, End.REFUSED, (error.reason,))
        except AskmeshError as error:
            return AskedQuestion(
                0.0, monotonic() - intended, End.FAILED, (error.reason,), first_text
            )
        return AskedQuestion(
            0.0, monotonic() - intended, End.FAILED, ("NOT_COMPLETED",), first_text
        )

    return ask


def _completed(
    event: Completed, intended: float, first_text: float | None, tolerated: Collection[str]
) -> AskedQuestion:
    missing = [missing.reason.value for missing in event.degradations]
    reasons = tuple(reason for reason in missing if reason not in tolerated)
    end = End.DEGRADED if reasons else End.WHOLE
    return AskedQuestion(0.0, monotonic() - intended, end, reasons, first_text)
