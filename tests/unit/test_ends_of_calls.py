"""Who has read an answer lets its call end, which the gateway would else count as cancelled."""

from collections.abc import AsyncGenerator
from typing import cast

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerResponse
from askmesh.client import Completed, Reconnecting
from askmesh.client._resuming import Position, StreamCall, answer_events
from askmesh.resilience import Allowance
from support.scripted_mesh import answer


class Call:
    """A call whose messages are there at once, and then its end."""

    ended = False
    cancelled_before = False

    async def __aiter__(self) -> AsyncGenerator[StreamAnswerResponse]:
        for event in answer(2):
            yield StreamAnswerResponse(event=event)
        self.ended = True

    def cancel(self) -> bool:
        self.cancelled_before = not self.ended
        return self.cancelled_before


async def test_a_reader_who_stops_at_the_last_event_cancels_no_call() -> None:
    call = Call()
    events = answer_events(
        lambda _: cast("StreamCall", call), Position(), Reconnecting(), Allowance()
    )
    async for event in events:
        if isinstance(event, Completed):
            break
    await events.aclose()
    assert (call.ended, call.cancelled_before) == (True, False)


async def test_a_reader_who_leaves_before_cancels_the_call() -> None:
    call = Call()
    events = answer_events(
        lambda _: cast("StreamCall", call), Position(), Reconnecting(), Allowance()
    )
    await anext(events)
    await events.aclose()
    assert call.cancelled_before
