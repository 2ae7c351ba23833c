"""Why calls are traced by code of our own: faults of the stock instrumentation of grpc.aio.

Each test states what would be right, and is expected to fail. When one passes, the fault has been
repaired, and the code that replaces that part may go.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Unpack, cast

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio
from opentelemetry.instrumentation.grpc import (
    aio_client_interceptors,  # pyright: ignore[reportUnknownVariableType] - has no types
    aio_server_interceptor,  # pyright: ignore[reportUnknownVariableType] - has no types
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

from support.echo import Behaviours, Context, EchoClient, register_echo, text
from support.spans import SpanLog, attribute

_server_interceptor = cast(
    "Callable[[TracerProvider], aio.ServerInterceptor]", aio_server_interceptor
)
_client_interceptors = cast(
    "Callable[[TracerProvider], Sequence[aio.ClientInterceptor]]", aio_client_interceptors
)


@asynccontextmanager
async def stock(log: SpanLog, **behaviours: Unpack[Behaviours]) -> AsyncGenerator[EchoClient]:
    """Serve `behaviours` with the stock instrumentation on both sides."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(log)
    server = aio.server(interceptors=[_server_interceptor(provider)])
    register_echo(server, **behaviours)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        interceptors = _client_interceptors(provider)
        async with aio.insecure_channel(address, interceptors=interceptors) as channel:
            yield EchoClient(channel)
    finally:
        await server.stop(0)


@pytest.mark.xfail(raises=AssertionError, reason="a cancelled unary call goes on")
async def test_stock_instrumentation_cancels_the_handler_of_a_cancelled_unary_call() -> None:
    started, may_end = asyncio.Event(), asyncio.Event()
    outcomes: asyncio.Queue[str] = asyncio.Queue()

    async def unary(request: StringValue, _: Context) -> StringValue:
        started.set()
        try:
            await may_end.wait()
        except asyncio.CancelledError:
            outcomes.put_nowait("cancelled")
            raise
        outcomes.put_nowait("went on")
        return request

    async def called(client: EchoClient) -> StringValue:
        return await client.unary(text(""), timeout=60)

    async with stock(SpanLog(), unary=unary) as client:
        call = asyncio.ensure_future(called(client))
        await started.wait()
        call.cancel()
        # A second call comes after the cancellation, if that is sent at all.
        await asyncio.wait([call])
        with suppress(aio.AioRpcError):
            await client.stream(text(""), timeout=60).read()
        may_end.set()
        outcome = await outcomes.get()
    assert outcome == "cancelled"


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.xfail(raises=aio.AioRpcError, reason="only generators are understood")
async def test_stock_instrumentation_serves_a_handler_that_writes_by_itself() -> None:
    async def stream(request: StringValue, context: Context) -> None:
        await context.write(request)

    async with stock(SpanLog(), stream=stream) as client:
        assert [r.value async for r in client.stream(text("a"), timeout=60)] == ["a"]


@pytest.mark.xfail(raises=AssertionError, reason="the status is left at OK")
async def test_stock_instrumentation_marks_the_server_span_of_a_defect() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        raise ZeroDivisionError

    log = SpanLog()
    async with stock(log, unary=unary) as client:
        with pytest.raises(aio.AioRpcError):
            await client.unary(text(""), timeout=60)
        span = await log.wait_for(lambda span: span.kind is SpanKind.SERVER)
    assert attribute(span, "rpc.grpc.status_code") == grpc.StatusCode.UNKNOWN.value[0]
