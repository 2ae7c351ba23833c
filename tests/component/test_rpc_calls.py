"""Calls between services: what they carry, and what ends them."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.errors import (
    DeadlineError,
    InvalidRequestError,
)
from askmesh.identity import Caller, Role, acting_as, current_caller, local_operator
from askmesh.resilience import Priority, current_priority, deadline, prioritized, time_remaining
from askmesh.rpc import (
    CALLER_METADATA_KEY,
    TENANT_METADATA_KEY,
    calling_as,
    channel_to,
    current_tenant,
    reason_of,
    upstream_errors,
)
from askmesh.rpc._options import MAX_MESSAGE_BYTES
from askmesh.serving import OpenDoor
from askmesh.telemetry import silent_telemetry
from support.echo import Context, EchoClient, Failing, echo, echo_client, echo_service, text
from support.tcp_proxy import tcp_proxy


async def tell_time(_: StringValue, __: Context) -> StringValue:
    return text(str(time_remaining()))


async def tell_tenant(_: StringValue, __: Context) -> StringValue:
    return text(current_tenant())


async def test_a_call_outside_of_any_deadline_gets_the_default() -> None:
    async with (
        echo_service(unary=tell_time) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry(), unary_seconds=500) as channel,
    ):
        response = await EchoClient(channel).unary(text(""))
    assert 400 < float(response.value) < 600


async def test_a_call_ends_before_the_deadline_around_it() -> None:
    async with echo(unary=tell_time) as client:
        with deadline(20):
            response = await client.unary(text(""))
    assert 10 < float(response.value) < 30


async def test_an_own_timeout_does_not_outlast_the_deadline_around_it() -> None:
    async with echo(unary=tell_time) as client:
        with deadline(20):
            response = await client.unary(text(""), timeout=500)
    assert float(response.value) < 30


async def test_a_deadline_travels_through_a_chain_of_services() -> None:
    async with echo(unary=tell_time) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            return await back.unary(request)

        async with echo(unary=forward) as front:
            response = await front.unary(text(""), timeout=20)
    assert 10 < float(response.value) < 30


@pytest.mark.parametrize("kind", ["unary", "stream"])
async def test_without_time_left_a_call_fails_and_is_not_made(kind: str) -> None:
    failing = Failing(ZeroDivisionError())
    async with echo(unary=failing.unary, stream=failing.unary) as client:
        call = client.unary if kind == "unary" else client.stream
        with deadline(0.001), pytest.raises(DeadlineError) as caught:
            call(text(""))
    assert caught.value.reason == "DEADLINE_EXCEEDED"
    assert failing.calls == 0


async def test_the_tenant_travels_through_a_chain_of_services() -> None:
    async with echo(unary=tell_tenant) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            return await back.unary(request)

        async with echo(unary=forward) as front:
            assert (await front.unary(text(""), timeout=60)).value == "default"
            with calling_as("blue"):
                assert (await front.unary(text(""), timeout=60)).value == "blue"
            metadata = [(TENANT_METADATA_KEY, "red")]
            assert (await front.unary(text(""), timeout=60, metadata=metadata)).value == "red"


async def test_the_caller_travels_through_a_chain_of_services() -> None:
    ann = Caller("blue", "Änn", frozenset({"staff"}), frozenset({Role.READER}))

    async def tell_caller(_: StringValue, __: Context) -> StringValue:
        return text(repr(current_caller()))

    async with echo(unary=tell_caller) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            return await back.unary(request)

        async with echo(unary=forward) as front:
            with acting_as(ann):
                assert (await front.unary(text(""), timeout=60)).value == repr(ann)
            operator = repr(local_operator("default"))
            assert (await front.unary(text(""), timeout=60)).value == operator


async def test_only_who_is_not_the_usual_caller_is_named_in_metadata() -> None:
    async def tell_names(_: StringValue, context: Context) -> StringValue:
        return text(" ".join(key for key, _ in context.invocation_metadata() or ()))

    async with echo(unary=tell_names) as client:
        usual = await client.unary(text(""), timeout=60)
        with calling_as("blue"):
            other = await client.unary(text(""), timeout=60)
    assert TENANT_METADATA_KEY not in usual.value
    assert TENANT_METADATA_KEY in other.value


async def test_what_is_known_of_a_call_ends_with_it() -> None:
    async def tell_all(_: StringValue, __: Context) -> StringValue:
        is_limited = time_remaining() is not None
        return text(f"{current_tenant()} {current_priority()} {is_limited}")

    async with (
        echo_service(unary=tell_all) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        echo_client(port, silent_telemetry()) as client,
    ):
        with calling_as("blue"), prioritized(Priority.BATCH):
            assert (await client.unary(text(""), timeout=60)).value == "blue batch True"
        plain = EchoClient(channel)
        assert (await plain.unary(text(""))).value == "default interactive False"


async def test_metadata_that_name_nobody_are_refused() -> None:
    async with echo(unary=tell_tenant) as client:
        metadata = [(CALLER_METADATA_KEY, b"somebody")]
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60, metadata=metadata)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert reason_of(caught.value) == "CALLER_INVALID"


async def test_concurrent_calls_keep_their_tenants_apart() -> None:
    both_are_in = asyncio.Barrier(2)

    async def unary(_: StringValue, __: Context) -> StringValue:
        await both_are_in.wait()
        return text(current_tenant())

    async def asked_as(tenant: str, client: EchoClient) -> str:
        with calling_as(tenant):
            return (await client.unary(text(""), timeout=60)).value

    async with echo(unary=unary) as client, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(asked_as(tenant, client)) for tenant in ("blue", "red")]
    assert [call.result() for call in calls] == ["blue", "red"]


async def test_an_unknown_tenant_is_refused_where_tenants_are_checked() -> None:
    async with (
        echo_service(door=OpenDoor(frozenset({"blue", "red"})), unary=tell_tenant) as port,
        echo_client(port) as client,
    ):
        with calling_as("red"):
            assert (await client.unary(text(""), timeout=60)).value == "red"
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "TENANT_UNKNOWN"


async def test_a_call_that_a_leaving_replica_refuses_is_made_again() -> None:
    refusals = iter([grpc.StatusCode.UNAVAILABLE])

    async def unary(request: StringValue, context: Context) -> StringValue:
        for code in refusals:
            await context.abort(code, "going away")
        return request

    async with echo(unary=unary) as client:
        assert (await client.unary(text("kept"), timeout=60)).value == "kept"


async def waiting(request: StringValue, _: Context) -> AsyncIterator[StringValue]:
    yield request
    await asyncio.Event().wait()


async def test_a_peer_that_falls_silent_is_noticed_before_the_deadline() -> None:
    async with (
        echo_service(stream=waiting) as port,
        tcp_proxy(port) as proxy,
        echo_client(proxy.port) as client,
        asyncio.timeout(60),
    ):
        call = client.stream(text("a"), timeout=300)
        assert await call.read() == text("a")
        proxy.fall_silent()
        with pytest.raises(aio.AioRpcError) as caught:
            await call.read()
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_a_peer_that_was_silent_is_found_again_without_a_new_channel() -> None:
    async with (
        echo_service(unary=tell_time, stream=waiting) as port,
        tcp_proxy(port) as proxy,
        echo_client(proxy.port) as client,
        asyncio.timeout(60),
    ):
        call = client.stream(text("a"), timeout=300)
        await call.read()
        proxy.fall_silent()
        with pytest.raises(aio.AioRpcError):
            await call.read()
        # A connection to a silent peer is given up, not waited for.
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=300)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        proxy.speak()
        await client.unary(text(""), timeout=300, wait_for_ready=True)


async def test_channels_to_one_address_share_no_connection_and_no_backoff() -> None:
    async with (
        echo_service(unary=tell_time) as port,
        tcp_proxy(port) as proxy,
        echo_client(proxy.port) as one,
        echo_client(proxy.port) as other,
    ):
        await one.unary(text(""), timeout=60)
        await other.unary(text(""), timeout=60)
    assert proxy.connection_count == 2


async def test_a_client_that_sets_no_deadline_is_served() -> None:
    async with (
        echo_service(unary=tell_time) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        assert (await EchoClient(channel).unary(text(""))).value == "None"


async def test_a_deadline_used_up_before_a_call_is_a_deadline_for_whoever_waits() -> None:
    async with echo(unary=tell_time) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            with deadline(0):
                return await back.unary(request)

        async with echo(unary=forward) as front:
            with pytest.raises(DeadlineError) as caught, upstream_errors("front"):
                await front.unary(text(""), timeout=60)
    assert caught.value.reason == "DEADLINE_EXCEEDED"


async def test_a_request_that_is_too_large_is_refused_before_it_is_sent() -> None:
    async with echo(unary=tell_time) as client:
        with pytest.raises(InvalidRequestError) as caught, upstream_errors("retrieval"):
            await client.unary(text("x" * (MAX_MESSAGE_BYTES + 1)), timeout=60)
    assert caught.value.reason == "MESSAGE_TOO_LARGE"


async def test_a_response_that_is_too_large_is_refused_with_a_reason() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        return text("x" * (MAX_MESSAGE_BYTES + 1))

    async with echo(unary=unary) as client:
        with pytest.raises(InvalidRequestError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=60)
    assert caught.value.reason == "RESPONSE_TOO_LARGE"
