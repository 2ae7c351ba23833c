"""One trace through all services, also when calls are cancelled, fail or run out of time."""

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from functools import partial

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from askmesh.config import ServiceSettings
from askmesh.errors import InvalidRequestError
from askmesh.rpc import channel_to, upstream_errors
from askmesh.telemetry import telemetry
from support.echo import SERVICE, Context, EchoClient, echo, echo_client, echo_service, text
from support.health import health_of
from support.otlp import otlp_collector
from support.spans import attribute, exception_events, recording_telemetry

STATUS = "rpc.response.status_code"


class Handler:
    """Behaviours that wait until they are cancelled, while they write or after, and say so."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.cancelled = asyncio.Event()

    async def unary(self, request: StringValue, _: Context) -> StringValue:
        with self._told():
            await self._wait()
        return request

    async def stream(self, request: StringValue, _: Context) -> AsyncIterator[StringValue]:
        with self._told():
            yield request
            await self._wait()

    async def written(self, request: StringValue, context: Context) -> None:
        with self._told():
            await context.write(request)
            await self._wait()

    async def _wait(self) -> None:
        self.started.set()
        await asyncio.Event().wait()

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        finally:
            self.cancelled.set()


async def echoed(request: StringValue, _: Context) -> StringValue:
    return request


async def test_client_and_server_share_one_trace_with_names_of_the_convention() -> None:
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=echoed) as client:
        await client.unary(text("hello"), timeout=60)
    server, caller = await log.server_span(), await log.client_span()
    assert server.name == caller.name == f"{SERVICE}/Unary"
    assert server.parent is not None
    assert caller.context is not None
    assert server.parent.span_id == caller.context.span_id
    assert server.parent.trace_id == caller.context.trace_id
    assert attribute(caller, "rpc.system.name") == "grpc"
    assert attribute(caller, "rpc.method") == f"{SERVICE}/Unary"
    assert attribute(caller, "server.address") == "127.0.0.1"
    assert isinstance(attribute(caller, "server.port"), int)
    assert attribute(caller, STATUS) == attribute(server, STATUS) == "OK"
    assert attribute(caller, "error.type") is None


async def test_all_four_kinds_of_methods_have_spans_on_both_sides() -> None:
    async def stream(request: StringValue, _: Context) -> AsyncIterator[StringValue]:
        yield request
        yield request

    async def collect(requests: AsyncIterator[StringValue], _: Context) -> StringValue:
        return text("".join([request.value async for request in requests]))

    async def converse(
        requests: AsyncIterator[StringValue], _: Context
    ) -> AsyncIterator[StringValue]:
        async for request in requests:
            yield request

    telemetry, log = recording_telemetry()
    async with echo(
        telemetry, unary=echoed, stream=stream, collect=collect, converse=converse
    ) as client:
        requests = [text("a"), text("b")]
        assert (await client.unary(text("a"), timeout=60)).value == "a"
        assert [r.value async for r in client.stream(text("a"), timeout=60)] == ["a", "a"]
        assert (await client.collect(iter(requests), timeout=60)).value == "ab"
        assert [r.value async for r in client.converse(iter(requests), timeout=60)] == ["a", "b"]
        for kind in ("Unary", "Stream", "Collect", "Converse"):
            for side in (SpanKind.CLIENT, SpanKind.SERVER):
                await log.wait_for(partial(_is_of, kind, side))
    assert sorted(span.name for span in log.ended) == sorted(
        [f"{SERVICE}/{kind}" for kind in ("Unary", "Stream", "Collect", "Converse")] * 2
    )
    assert {attribute(span, STATUS) for span in log.ended} == {"OK"}


async def test_a_handler_that_writes_by_itself_is_served_and_traced() -> None:
    async def stream(request: StringValue, context: Context) -> None:
        await context.write(request)
        await context.write(request)

    telemetry, log = recording_telemetry()
    async with echo(telemetry, stream=stream) as client:
        assert [r.value async for r in client.stream(text("a"), timeout=60)] == ["a", "a"]
    assert attribute(await log.server_span(), STATUS) == "OK"


async def test_a_watch_is_counted_but_neither_timed_nor_traced() -> None:
    async def stream(request: StringValue, _: Context) -> AsyncIterator[StringValue]:
        yield request

    telemetry, log = recording_telemetry()
    async with echo(telemetry, stream=stream) as client:
        assert [r.value async for r in client.watch(text("a"), timeout=60)] == ["a"]
        assert [r.value async for r in client.stream(text("b"), timeout=60)] == ["b"]
        await log.server_span()
        await log.client_span()
    assert {span.name for span in log.ended} == {f"{SERVICE}/Stream"}
    seen = telemetry.metrics.registry.get_sample_value
    labels = {"rpc_service": SERVICE, "method": "WatchStream"}
    assert seen("askmesh_rpc_requests_total", {**labels, "code": "OK"}) == 1
    assert seen("askmesh_rpc_duration_seconds_count", labels) is None


async def test_cancelling_a_unary_call_cancels_the_handler() -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=handler.unary) as client, asyncio.timeout(60):
        async with asyncio.TaskGroup() as tasks:
            call = tasks.create_task(_called(client))
            await handler.started.wait()
            call.cancel()
        await handler.cancelled.wait()
        assert attribute(await log.client_span(), STATUS) == "CANCELLED"
        assert attribute(await log.server_span(), STATUS) == "CANCELLED"


async def test_a_time_limit_around_a_unary_call_cancels_the_handler() -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=handler.unary) as client, asyncio.timeout(60):
        limit = asyncio.timeout(None)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_called_within(limit, client))
            await handler.started.wait()
            limit.reschedule(0)
        await handler.cancelled.wait()
        assert attribute(await log.client_span(), STATUS) == "CANCELLED"
        assert attribute(await log.server_span(), STATUS) == "CANCELLED"


@pytest.mark.parametrize("style", ["stream", "written"])
async def test_a_cancelled_stream_ends_its_client_span_at_once(style: str) -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    behaviour = handler.stream if style == "stream" else handler.written
    async with echo(telemetry, stream=behaviour) as client, asyncio.timeout(60):
        call = client.stream(text("a"), timeout=60)
        assert await call.read() == text("a")
        assert not log.ended
        call.cancel()
        assert [attribute(span, STATUS) for span in log.ended] == ["CANCELLED"]
        await handler.cancelled.wait()
        assert attribute(await log.server_span(), STATUS) == "CANCELLED"


async def test_a_call_that_its_caller_gives_up_is_no_error_on_either_side() -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=handler.unary) as client, asyncio.timeout(60):
        async with asyncio.TaskGroup() as tasks:
            call = tasks.create_task(_called(client))
            await handler.started.wait()
            call.cancel()
        spans = await log.client_span(), await log.server_span()
    assert {span.status.status_code for span in spans} == {StatusCode.UNSET}
    assert {attribute(span, "error.type") for span in spans} == {None}


async def test_leaving_the_loop_over_a_stream_cancels_the_handler() -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    async with echo(telemetry, stream=handler.stream) as client, asyncio.timeout(60):
        async for _ in client.stream(text("a"), timeout=60):
            break
        await handler.cancelled.wait()
        assert attribute(await log.client_span(), STATUS) == "CANCELLED"


async def test_cancelling_the_reader_of_a_stream_cancels_the_handler() -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()

    async def read(client: EchoClient) -> None:
        async for _ in client.stream(text("a"), timeout=60):
            pass

    async with echo(telemetry, stream=handler.stream) as client, asyncio.timeout(60):
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(read(client))
            await handler.started.wait()
            reader.cancel()
        await handler.cancelled.wait()
        assert attribute(await log.client_span(), STATUS) == "CANCELLED"


@pytest.mark.parametrize("kind", ["unary", "stream"])
async def test_a_passed_deadline_is_the_status_of_both_spans(kind: str) -> None:
    handler = Handler()
    telemetry, log = recording_telemetry()
    async with (
        echo(telemetry, unary=handler.unary, stream=handler.stream) as client,
        asyncio.timeout(60),
    ):
        call = client.unary if kind == "unary" else client.stream
        await client.channel.channel_ready()
        with pytest.raises(aio.AioRpcError) as caught:
            await _finished(call(text("a"), timeout=1))
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await handler.cancelled.wait()
        server, caller = await log.server_span(), await log.client_span()
    assert attribute(caller, STATUS) == attribute(server, STATUS) == "DEADLINE_EXCEEDED"
    assert attribute(server, "error.type") == "DEADLINE_EXCEEDED"
    assert server.status.status_code is caller.status.status_code is StatusCode.ERROR


async def test_an_unexpected_exception_is_unknown_and_stands_on_the_server_span_once() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        raise ZeroDivisionError("secret detail")

    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text("a"), timeout=60)
        server = await log.server_span()
    assert caught.value.code() is grpc.StatusCode.UNKNOWN
    assert "secret" not in repr(caught.value.trailing_metadata()) + str(caught.value.details())
    assert attribute(server, STATUS) == attribute(server, "error.type") == "UNKNOWN"
    assert server.status.status_code is StatusCode.ERROR
    assert len(exception_events(server)) == 1
    assert not exception_events(await log.client_span())


async def test_a_refused_request_is_no_error_of_the_server() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        raise InvalidRequestError("QUERY_EMPTY", "query must not be empty", field="query")

    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=unary) as client:
        with pytest.raises(aio.AioRpcError):
            await client.unary(text("a"), timeout=60)
        server, caller = await log.server_span(), await log.client_span()
    assert attribute(server, STATUS) == "INVALID_ARGUMENT"
    assert attribute(server, "askmesh.error.reason") == "QUERY_EMPTY"
    assert server.status.status_code is StatusCode.UNSET
    assert caller.status.status_code is StatusCode.ERROR
    assert not exception_events(server)


async def test_an_abort_of_the_handler_keeps_its_status_and_adds_no_exception() -> None:
    async def unary(_: StringValue, context: Context) -> StringValue:
        await context.abort(grpc.StatusCode.UNAVAILABLE, "closed")

    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text("a"), timeout=60)
        server = await log.server_span()
    assert caught.value.details() == "closed"
    assert attribute(server, STATUS) == "UNAVAILABLE"
    assert not exception_events(server)


async def test_spans_inside_of_a_call_are_children_of_its_server_span() -> None:
    telemetry, log = recording_telemetry()

    async def unary(request: StringValue, _: Context) -> StringValue:
        with telemetry.span("stage", {"size": 3}):
            return request

    async with echo(telemetry, unary=unary) as client:
        await client.unary(text("a"), timeout=60)
    server = await log.server_span()
    stage = await log.wait_for(lambda span: span.name == "stage")
    assert stage.parent is not None
    assert server.context is not None
    assert stage.parent.span_id == server.context.span_id
    assert attribute(stage, "size") == 3


async def test_concurrent_calls_keep_their_traces_apart() -> None:
    telemetry, log = recording_telemetry()
    both_are_in = asyncio.Barrier(2)

    async def unary(_: StringValue, __: Context) -> StringValue:
        await both_are_in.wait()
        return text(telemetry.trace_headers()["traceparent"].split("-")[1])

    async with echo(telemetry, unary=unary) as client, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(_called(client)) for _ in range(2)]
    assert calls[0].result() != calls[1].result()
    traces = {f"{span.context.trace_id:032x}" for span in log.ended if span.context}
    assert traces == {call.result() for call in calls}


async def test_health_checks_have_no_spans() -> None:
    telemetry, log = recording_telemetry()
    async with echo(telemetry, unary=echoed) as client:
        assert await health_of(client.channel) == "SERVING"
        await client.unary(text("a"), timeout=60)
    assert {span.name for span in log.ended} == {f"{SERVICE}/Unary"}


async def test_a_chain_of_services_exports_one_trace() -> None:
    async with otlp_collector() as collector:
        settings = ServiceSettings(otlp_endpoint=collector.address, drain_seconds=0)
        async with (
            telemetry("front", settings) as front,
            telemetry("middle", settings) as middle,
            telemetry("back", settings) as back,
            echo_service(back, unary=echoed) as back_port,
            channel_to(f"127.0.0.1:{back_port}", middle) as to_back,
        ):

            async def unary(request: StringValue, _: Context) -> StringValue:
                with upstream_errors("back"):
                    return await EchoClient(to_back).unary(request)

            async with (
                echo_service(middle, unary=unary) as middle_port,
                echo_client(middle_port, front) as client,
            ):
                await client.unary(text("a"), timeout=60)
        await collector.wait_until(lambda spans: len(spans) == 4)
    by_kind = {(span.service, span.kind): span for span in collector.spans}
    chain = [
        by_kind["front", "CLIENT"],
        by_kind["middle", "SERVER"],
        by_kind["middle", "CLIENT"],
        by_kind["back", "SERVER"],
    ]
    assert [span.parent_id for span in chain] == ["", *[span.span_id for span in chain[:-1]]]
    assert len({span.trace_id for span in chain}) == 1
    assert {span.attributes[STATUS] for span in chain} == {"OK"}
    assert not any(span.is_error for span in chain)


def _is_of(kind: str, side: SpanKind, span: ReadableSpan) -> bool:
    return span.name.endswith(kind) and span.kind is side


async def _called_within(limit: asyncio.Timeout, client: EchoClient) -> None:
    with pytest.raises(TimeoutError):
        async with limit:
            await client.unary(text("a"), timeout=60)


async def _called(client: EchoClient) -> str:
    response = await client.unary(text("a"), timeout=60)
    return response.value


async def _finished(
    call: aio.UnaryUnaryCall[StringValue, StringValue]
    | aio.UnaryStreamCall[StringValue, StringValue],
) -> None:
    if isinstance(call, aio.UnaryUnaryCall):
        await call
        return
    async for _ in call:
        pass
