"""Requests that are no requests: each ends with a reason, is counted, and is nobody's defect."""

import logging
import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.rpc import MAX_MESSAGE_BYTES, reason_of
from askmesh.telemetry import Telemetry, silent_telemetry
from support.echo import SERVICE, Context, echo_service, text

METHODS = ("Unary", "Stream", "Collect", "Converse")
ANY_SIZE = (("grpc.max_send_message_length", -1),)


async def unary(request: StringValue, _: Context) -> StringValue:
    return request


async def stream(request: StringValue, _: Context) -> AsyncIterator[StringValue]:
    yield request


async def collect(requests: AsyncIterator[StringValue], _: Context) -> StringValue:
    return text("".join([request.value async for request in requests]))


async def converse(requests: AsyncIterator[StringValue], _: Context) -> AsyncIterator[StringValue]:
    async for request in requests:
        yield request


async def outcomes(method: str, *requests: bytes, telemetry: Telemetry | None = None) -> list[str]:
    """Send each request by a plain channel; return their codes and reasons."""
    async with (
        echo_service(
            telemetry, unary=unary, stream=stream, collect=collect, converse=converse
        ) as port,
        aio.insecure_channel(f"127.0.0.1:{port}", options=ANY_SIZE) as channel,
    ):
        return [await _outcome(channel, method, request) for request in requests]


async def _outcome(channel: aio.Channel, method: str, request: bytes) -> str:
    call: aio.UnaryStreamMultiCallable[bytes, bytes] = channel.unary_stream(f"/{SERVICE}/{method}")
    try:
        async for _ in call(request, timeout=60):
            pass
    except aio.AioRpcError as error:
        return f"{error.code().name} {reason_of(error)}"
    return "OK"


def counted(telemetry: Telemetry) -> Counter[str]:
    """How many calls the metrics have, by method and code."""
    return Counter(
        {
            f"{sample.labels['method']} {sample.labels['code']}": int(sample.value)
            for family in telemetry.metrics.registry.collect()
            for sample in family.samples
            if sample.name == "askmesh_rpc_requests_total"
        }
    )


@pytest.mark.parametrize("method", METHODS)
async def test_bytes_that_are_no_message_are_refused_counted_and_no_error(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    telemetry = silent_telemetry()
    assert await outcomes(method, b"\xff\xff", telemetry=telemetry) == [
        "INVALID_ARGUMENT REQUEST_NOT_PROTOBUF"
    ]
    assert counted(telemetry) == {f"{method} INVALID_ARGUMENT": 1}
    assert {record.levelname for record in caplog.records} == {"INFO"}


async def test_hundreds_of_broken_requests_are_all_refused_or_understood_and_counted(
    caplog: pytest.LogCaptureFixture,
) -> None:
    chance = random.Random(1)
    whole = text("x" * 50).SerializeToString()
    requests = [chance.randbytes(chance.randrange(100)) for _ in range(150)]
    requests += [whole[: chance.randrange(len(whole))] for _ in range(150)]
    telemetry = silent_telemetry()
    ends = Counter(await outcomes("Unary", *requests, telemetry=telemetry))
    assert ends.keys() <= {"OK", "INVALID_ARGUMENT REQUEST_NOT_PROTOBUF"}
    assert counted(telemetry).total() == len(requests)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_method_that_nobody_serves_is_refused_with_a_reason_and_counted() -> None:
    telemetry = silent_telemetry()
    assert await outcomes("Nothing", b"", telemetry=telemetry) == ["UNIMPLEMENTED METHOD_UNKNOWN"]
    assert counted(telemetry) == {" UNIMPLEMENTED": 1}


async def test_a_request_that_is_too_large_is_refused_with_a_reason() -> None:
    large = bytes(MAX_MESSAGE_BYTES + 1)
    assert await outcomes("Unary", large) == ["INVALID_ARGUMENT REQUEST_TOO_LARGE"]


@pytest.mark.parametrize("method", ["Unary", "Stream"])
async def test_a_call_without_its_request_ends_at_once_with_a_reason(method: str) -> None:
    async with (
        echo_service(unary=unary, stream=stream) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        call: aio.StreamUnaryMultiCallable[bytes, bytes] = channel.stream_unary(
            f"/{SERVICE}/{method}"
        )
        with pytest.raises(aio.AioRpcError) as caught:
            await call(iter(()), timeout=60)
    assert reason_of(caught.value) == "REQUEST_MISSING"
