"""Room for the calls of a service."""

import asyncio

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import CallSettings
from askmesh.errors import DeadlineError, InvalidRequestError
from askmesh.resilience import Party, Room, RoomRules, current_place
from askmesh.rpc import channel_to, reason_of, retry_delay_of
from askmesh.serving import room_for_calls
from askmesh.telemetry import silent_telemetry
from support.echo import SERVICE, Context, echo_client, echo_service, text
from support.limits import Recorder

UNARY = f"/{SERVICE}/Unary"
RULES = RoomRules("echo", "ECHO_BUSY", wait_seconds=0)


class Held:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def unary(self, request: StringValue, _: Context) -> StringValue:
        self.reached.set()
        await self.go_on.wait()
        return request


async def test_without_room_a_call_is_refused_before_it_is_read() -> None:
    held, telemetry = Held(), silent_telemetry()
    settings = CallSettings(max_active_calls=1, call_wait_seconds=0)
    rooms = {UNARY: room_for_calls("echo", settings, telemetry.metrics)}
    async with (
        echo_service(telemetry, rooms=rooms, unary=held.unary) as port,
        echo_client(port) as client,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        first = client.unary(text("a"), timeout=60)
        await held.reached.wait()
        with pytest.raises(aio.AioRpcError) as caught:
            await channel.unary_unary(UNARY, bytes)(b"\xff no message", timeout=60)
        held.go_on.set()
        assert (await first).value == "a"
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason_of(caught.value) == "ECHO_BUSY"
    assert (retry_delay_of(caught.value) or 0.0) > 0
    refused = telemetry.metrics.registry.get_sample_value(
        "askmesh_room_refusals_total", {"room": "echo", "why": "full"}
    )
    assert refused == 1


async def test_methods_without_a_room_are_served_meanwhile() -> None:
    held = Held()

    async def stream(request: StringValue, context: Context) -> None:
        await context.write(request)

    async with (
        echo_service(rooms={UNARY: Room(Recorder(), RULES)}, unary=held.unary, stream=stream) as at,
        echo_client(at) as client,
    ):
        first = client.unary(text("a"), timeout=60)
        await held.reached.wait()
        assert [each.value async for each in client.stream(text("b"), timeout=60)] == ["b"]
        held.go_on.set()
        await first


async def test_a_call_whose_caller_has_gone_gives_its_place_back() -> None:
    held = Held()
    room = Room(Recorder(), RoomRules("echo", "ECHO_BUSY", wait_seconds=30))
    async with (
        echo_service(rooms={UNARY: room}, unary=held.unary) as port,
        echo_client(port) as client,
    ):
        gone = client.unary(text("a"), timeout=60)
        await held.reached.wait()
        gone.cancel()
        held.go_on.set()
        assert (await client.unary(text("b"), timeout=60)).value == "b"
    assert room.in_use == 0


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, [False]),
        (DeadlineError("DEADLINE_EXCEEDED", "late"), [True]),
        (InvalidRequestError("QUERY_EMPTY", "say something"), []),
    ],
)
async def test_calls_that_end_well_or_late_teach_the_limit(
    error: Exception | None, expected: list[bool]
) -> None:
    async def unary(request: StringValue, _: Context) -> StringValue:
        place = current_place()
        assert place
        assert place.party == Party("default")
        if error:
            raise error
        return request

    limit = Recorder()
    async with (
        echo_service(rooms={UNARY: Room(limit, RULES)}, unary=unary) as port,
        echo_client(port) as client,
    ):
        call = client.unary(text("a"), timeout=60)
        assert await call.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED
    assert [each.went_short for each in limit.measured] == expected


async def test_a_call_without_time_for_what_it_takes_is_not_begun() -> None:
    held = Held()
    rooms = {UNARY: Room(Recorder(usual_seconds=100.0), RULES)}
    async with (
        echo_service(rooms=rooms, unary=held.unary) as port,
        echo_client(port) as client,
    ):
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text("a"), timeout=40)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert reason_of(caught.value) == "TIME_TOO_SHORT"
    assert not held.reached.is_set()
