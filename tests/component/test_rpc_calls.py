"""Calls between services: what they carry, and how failures arrive."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

from askmesh.config import ServiceSettings
from askmesh.errors import (
    AlreadyExistsError,
    AskmeshError,
    CancelledCallError,
    ConflictError,
    DeadlineError,
    InvalidRequestError,
    NotFoundError,
    OutOfRangeError,
    OverloadedError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
    UnavailableError,
    UnimplementedError,
    UnreachableError,
)
from askmesh.resilience import deadline, time_remaining
from askmesh.rpc import (
    TENANT_METADATA_KEY,
    calling_as,
    channel_to,
    current_tenant,
    field_violations_of,
    reason_of,
    retry_delay_of,
    trailing_metadata_of,
    upstream_errors,
)
from askmesh.rpc._options import MAX_MESSAGE_BYTES
from askmesh.rpc._statuses import DETAILS_KEY
from askmesh.telemetry import silent_telemetry
from google.rpc import error_details_pb2, status_pb2
from support.echo import Context, EchoClient, echo, echo_client, echo_service, text
from support.tcp_proxy import tcp_proxy

ERRORS = {
    "INVALID_ARGUMENT": InvalidRequestError("QUERY_EMPTY", "empty", field="query", limit="3"),
    "NOT_FOUND": NotFoundError("DOCUMENT_UNKNOWN", "none", field="id"),
    "ALREADY_EXISTS": AlreadyExistsError("REQUEST_ID_TAKEN", "taken", field="request_id"),
    "OUT_OF_RANGE": OutOfRangeError("SEQUENCE_TOO_HIGH", "beyond", field="after_sequence"),
    "UNAUTHENTICATED": UnauthenticatedError("TOKEN_MISSING", "who is there?"),
    "PERMISSION_DENIED": PermissionDeniedError("TENANT_FOREIGN", "not yours"),
    "FAILED_PRECONDITION": PreconditionError("INDEX_MISSING", "make one", tenant="blue"),
    "ABORTED": ConflictError("REVISION_STALE", "somebody was faster"),
    "UNIMPLEMENTED": UnimplementedError("MODE_UNKNOWN", "not here"),
    "RESOURCE_EXHAUSTED": OverloadedError("QUEUE_FULL", "full", retry_after_seconds=2.5),
    "UNAVAILABLE": UnavailableError("INDEX_LOADING", "soon", retry_after_seconds=0.5),
    "DEADLINE_EXCEEDED": DeadlineError("TOO_SLOW", "late"),
    "CANCELLED": CancelledCallError("ANSWER_CANCELLED", "given up"),
    "UNKNOWN": AskmeshError("ODD", "nobody knows"),
}
REFUSALS = ERRORS.keys() - {"UNAVAILABLE", "CANCELLED"}


class Failing:
    """Fails with one error, and counts how often it was asked."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.calls = 0

    async def unary(self, _: StringValue, __: Context) -> StringValue:
        self.calls += 1
        raise self.error


async def tell_time(_: StringValue, __: Context) -> StringValue:
    return text(str(time_remaining()))


async def tell_tenant(_: StringValue, __: Context) -> StringValue:
    return text(current_tenant())


async def test_a_call_outside_of_any_deadline_gets_the_default() -> None:
    async with (
        echo_service(unary=tell_time) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry(), unary_seconds=10_000) as channel,
    ):
        response = await EchoClient(channel).unary(text(""))
    assert 9_000 < float(response.value) < 10_000


async def test_a_call_ends_before_the_deadline_around_it() -> None:
    async with echo(unary=tell_time) as client:
        with deadline(20):
            response = await client.unary(text(""))
    assert 10 < float(response.value) < 20


async def test_an_own_timeout_does_not_outlast_the_deadline_around_it() -> None:
    async with echo(unary=tell_time) as client:
        with deadline(20):
            response = await client.unary(text(""), timeout=500)
    assert float(response.value) < 20


async def test_a_deadline_travels_through_a_chain_of_services() -> None:
    async with echo(unary=tell_time) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            return await back.unary(request)

        async with echo(unary=forward) as front:
            response = await front.unary(text(""), timeout=20)
    assert 10 < float(response.value) < 20


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
            assert (await front.unary(text(""), timeout=5)).value == "default"
            with calling_as("blue"):
                assert (await front.unary(text(""), timeout=5)).value == "blue"
            metadata = [(TENANT_METADATA_KEY, "red")]
            assert (await front.unary(text(""), timeout=5, metadata=metadata)).value == "red"


async def test_concurrent_calls_keep_their_tenants_apart() -> None:
    both_are_in = asyncio.Barrier(2)

    async def unary(_: StringValue, __: Context) -> StringValue:
        await both_are_in.wait()
        return text(current_tenant())

    async def asked_as(tenant: str, client: EchoClient) -> str:
        with calling_as(tenant):
            return (await client.unary(text(""), timeout=5)).value

    async with echo(unary=unary) as client, asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(asked_as(tenant, client)) for tenant in ("blue", "red")]
    assert [call.result() for call in calls] == ["blue", "red"]


async def test_an_unknown_tenant_is_refused_where_tenants_are_checked() -> None:
    settings = ServiceSettings(tenants="blue, red", drain_seconds=0)
    async with (
        echo_service(settings=settings, tenants_checked=True, unary=tell_tenant) as port,
        echo_client(port) as client,
    ):
        with calling_as("red"):
            assert (await client.unary(text(""), timeout=5)).value == "red"
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=5)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(caught.value) == "TENANT_UNKNOWN"


@pytest.mark.parametrize(("code", "error"), ERRORS.items())
async def test_an_error_arrives_with_code_reason_and_details(
    error: AskmeshError, code: str
) -> None:
    async with echo(unary=Failing(error).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=5)
    assert caught.value.code().name == code
    assert caught.value.details() == error.message
    assert reason_of(caught.value) == error.reason
    field = getattr(error, "field", "")
    assert field_violations_of(caught.value) == ([field] if field else [])
    assert retry_delay_of(caught.value) == getattr(error, "retry_after_seconds", None)


async def test_an_error_out_of_a_task_group_arrives_as_that_error() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())
        return text("")

    async def fail() -> None:
        raise UnavailableError("INDEX_LOADING", "soon")

    async with echo(unary=unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=5)
    assert reason_of(caught.value) == "INDEX_LOADING"


async def test_a_group_with_a_defect_in_it_is_a_defect() -> None:
    group = ExceptionGroup("both", [UnavailableError("INDEX_LOADING", "soon"), KeyError("key")])
    async with echo(unary=Failing(group).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=5)
    assert caught.value.code() is grpc.StatusCode.UNKNOWN
    assert reason_of(caught.value) == "UNEXPECTED_FAILURE"


async def test_a_very_long_message_still_arrives() -> None:
    error = InvalidRequestError("QUERY_ODD", "ü" * 100_000, field="query", query="x" * 100_000)
    async with echo(unary=Failing(error).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=5)
    assert reason_of(caught.value) == "QUERY_ODD"


@pytest.mark.parametrize(("length", "arrives"), [(1_000, 1_000), (1_001, 1_000)])
async def test_a_message_arrives_whole_up_to_its_limit(length: int, arrives: int) -> None:
    error = InvalidRequestError("QUERY_ODD", "x" * length, field="query")
    packed = dict(trailing_metadata_of(error))[DETAILS_KEY]
    assert isinstance(packed, bytes)
    status = status_pb2.Status.FromString(packed)
    violations = error_details_pb2.BadRequest()
    assert any(each.Unpack(violations) for each in status.details)
    for text_ in (status.message, violations.field_violations[0].description):
        assert len(text_) == arrives
        assert text_.endswith("x" if length == arrives else "x…")


async def test_what_a_service_refuses_is_not_retried_by_the_channel() -> None:
    failing = Failing(UnavailableError("INDEX_LOADING", "soon"))
    async with echo(unary=failing.unary) as client:
        with pytest.raises(aio.AioRpcError):
            await client.unary(text(""), timeout=5)
    assert failing.calls == 1


async def test_a_call_that_a_leaving_replica_refuses_is_made_again() -> None:
    refusals = iter([grpc.StatusCode.UNAVAILABLE])

    async def unary(request: StringValue, context: Context) -> StringValue:
        for code in refusals:
            await context.abort(code, "going away")
        return request

    async with echo(unary=unary) as client:
        assert (await client.unary(text("kept"), timeout=5)).value == "kept"


async def waiting(request: StringValue, _: Context) -> AsyncIterator[StringValue]:
    yield request
    await asyncio.Event().wait()


async def test_a_peer_that_falls_silent_is_noticed_before_the_deadline() -> None:
    async with (
        echo_service(stream=waiting) as port,
        tcp_proxy(port) as proxy,
        echo_client(proxy.port) as client,
        asyncio.timeout(9),
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
        asyncio.timeout(20),
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
        await one.unary(text(""), timeout=5)
        await other.unary(text(""), timeout=5)
    assert proxy.connection_count == 2


async def test_a_client_that_sets_no_deadline_is_served() -> None:
    async with (
        echo_service(unary=tell_time) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        assert (await EchoClient(channel).unary(text(""))).value == "None"


async def test_errors_of_calls_carry_nothing_where_the_other_side_gave_nothing() -> None:
    error = aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, aio.Metadata(), aio.Metadata())
    assert reason_of(error) == ""
    assert field_violations_of(error) == []
    assert retry_delay_of(error) is None


@pytest.mark.parametrize("packed", [b"\xff\xff", b""])
async def test_details_that_cannot_be_read_count_as_none(packed: bytes) -> None:
    trailing = aio.Metadata(("grpc-status-details-bin", packed))
    error = aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, aio.Metadata(), trailing)
    assert reason_of(error) == ""


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
async def test_an_upstream_error_becomes_the_same_error_here(error: AskmeshError) -> None:
    async with echo(unary=Failing(error).unary) as client:
        with pytest.raises(AskmeshError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=5)
    assert type(caught.value) is type(error)
    assert caught.value.reason == error.reason
    assert caught.value.message == error.message
    assert caught.value.metadata == error.metadata
    assert vars(caught.value).get("field") == vars(error).get("field")
    assert vars(caught.value).get("retry_after_seconds") == vars(error).get("retry_after_seconds")


async def test_a_defect_of_an_upstream_stays_a_defect_with_the_trace_that_shows_it() -> None:
    async with echo(unary=Failing(KeyError("secret")).unary) as client:
        with pytest.raises(AskmeshError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=5)
    assert not isinstance(caught.value, UnavailableError)
    assert caught.value.reason == "UNEXPECTED_FAILURE"
    assert caught.value.metadata["trace_id"] in caught.value.message


async def test_an_upstream_that_is_gone_is_unavailable() -> None:
    async with echo_service() as port:
        pass
    async with echo_client(port) as client:
        with pytest.raises(UnreachableError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=5)
    assert caught.value.reason == "RETRIEVAL_UNAVAILABLE"


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        ("DEADLINE_EXCEEDED", DeadlineError, "DEADLINE_EXCEEDED"),
        ("RESOURCE_EXHAUSTED", OverloadedError, "RETRIEVAL_OVERLOADED"),
        ("INVALID_ARGUMENT", InvalidRequestError, "RETRIEVAL_INVALID_ARGUMENT"),
        ("UNIMPLEMENTED", UnimplementedError, "RETRIEVAL_UNIMPLEMENTED"),
        ("INTERNAL", UnreachableError, "RETRIEVAL_UNAVAILABLE"),
        ("DATA_LOSS", AskmeshError, "RETRIEVAL_DATA_LOSS"),
        ("CANCELLED", UnreachableError, "RETRIEVAL_UNAVAILABLE"),
    ],
)
def test_a_status_without_details_becomes_an_error_with_a_reason(
    code: str, kind: type[AskmeshError], reason: str
) -> None:
    with pytest.raises(AskmeshError) as caught, upstream_errors("retrieval"):
        raise aio.AioRpcError(grpc.StatusCode[code], aio.Metadata(), aio.Metadata())
    assert type(caught.value) is kind
    assert caught.value.reason == reason


@pytest.mark.parametrize("code", sorted(REFUSALS))
async def test_a_refusal_without_details_is_no_outage_and_the_call_is_made_once(code: str) -> None:
    calls: list[StringValue] = []

    async def unary(request: StringValue, context: Context) -> StringValue:
        calls.append(request)
        await context.abort(grpc.StatusCode[code], "no")
        return request

    async with echo(unary=unary) as client:
        with pytest.raises(AskmeshError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=5)
    assert type(caught.value) is type(ERRORS[code])
    assert len(calls) == 1


async def test_a_deadline_used_up_before_a_call_is_a_deadline_for_whoever_waits() -> None:
    async with echo(unary=tell_time) as back:

        async def forward(request: StringValue, _: Context) -> StringValue:
            with deadline(0):
                return await back.unary(request)

        async with echo(unary=forward) as front:
            with pytest.raises(DeadlineError) as caught, upstream_errors("front"):
                await front.unary(text(""), timeout=20)
    assert caught.value.reason == "DEADLINE_EXCEEDED"


async def test_a_request_that_is_too_large_is_refused_before_it_is_sent() -> None:
    async with echo(unary=tell_time) as client:
        with pytest.raises(InvalidRequestError) as caught, upstream_errors("retrieval"):
            await client.unary(text("x" * (MAX_MESSAGE_BYTES + 1)), timeout=20)
    assert caught.value.reason == "MESSAGE_TOO_LARGE"


async def test_a_response_that_is_too_large_is_refused_with_a_reason() -> None:
    async def unary(_: StringValue, __: Context) -> StringValue:
        return text("x" * (MAX_MESSAGE_BYTES + 1))

    async with echo(unary=unary) as client:
        with pytest.raises(InvalidRequestError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=20)
    assert caught.value.reason == "RESPONSE_TOO_LARGE"
