"""How failures of calls arrive."""

import asyncio

import grpc
import pytest
from google.protobuf.wrappers_pb2 import StringValue
from grpc import aio

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
from askmesh.rpc import (
    field_violations_of,
    reason_of,
    retry_delay_of,
    trailing_metadata_of,
    upstream_errors,
)
from askmesh.rpc._statuses import DETAILS_KEY
from google.rpc import error_details_pb2, status_pb2
from support.echo import Context, Failing, echo, echo_client, text

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


@pytest.mark.parametrize(("code", "error"), ERRORS.items())
async def test_an_error_arrives_with_code_reason_and_details(
    error: AskmeshError, code: str
) -> None:
    async with echo(unary=Failing(error).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
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
            await client.unary(text(""), timeout=60)
    assert reason_of(caught.value) == "INDEX_LOADING"


async def test_a_group_with_a_defect_in_it_is_a_defect() -> None:
    group = ExceptionGroup("both", [UnavailableError("INDEX_LOADING", "soon"), KeyError("key")])
    async with echo(unary=Failing(group).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
    assert caught.value.code() is grpc.StatusCode.UNKNOWN
    assert reason_of(caught.value) == "UNEXPECTED_FAILURE"


async def test_a_very_long_message_still_arrives() -> None:
    error = InvalidRequestError("QUERY_ODD", "ü" * 100_000, field="query", query="x" * 100_000)
    async with echo(unary=Failing(error).unary) as client:
        with pytest.raises(aio.AioRpcError) as caught:
            await client.unary(text(""), timeout=60)
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
            await client.unary(text(""), timeout=60)
    assert failing.calls == 1


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
            await client.unary(text(""), timeout=60)
    assert type(caught.value) is type(error)
    assert caught.value.reason == error.reason
    assert caught.value.message == error.message
    assert caught.value.metadata == error.metadata
    assert vars(caught.value).get("field") == vars(error).get("field")
    assert vars(caught.value).get("retry_after_seconds") == vars(error).get("retry_after_seconds")


async def test_a_defect_of_an_upstream_stays_a_defect_with_the_trace_that_shows_it() -> None:
    async with echo(unary=Failing(KeyError("secret")).unary) as client:
        with pytest.raises(AskmeshError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=60)
    assert not isinstance(caught.value, UnavailableError)
    assert caught.value.reason == "UNEXPECTED_FAILURE"
    assert caught.value.metadata["trace_id"] in caught.value.message


async def test_an_upstream_that_is_gone_is_unavailable() -> None:
    async with echo_client(1) as client:
        with pytest.raises(UnreachableError) as caught, upstream_errors("retrieval"):
            await client.unary(text(""), timeout=60)
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
            await client.unary(text(""), timeout=60)
    assert type(caught.value) is type(ERRORS[code])
    assert len(calls) == 1
