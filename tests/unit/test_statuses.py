"""What a service says of an error is what its caller gets."""

from collections.abc import Mapping

import pytest
from grpc import StatusCode
from grpc.aio import AioRpcError, Metadata

from askmesh.errors import (
    AskmeshError,
    FieldError,
    InvalidRequestError,
    OverloadedError,
    PassingError,
    StartupError,
    UnavailableError,
    UnreachableError,
)
from askmesh.rpc import (
    field_violations_of,
    reason_of,
    retry_delay_of,
    status_code_of,
    trailing_metadata_of,
    upstream_errors,
)
from askmesh.rpc._statuses import KINDS
from google.rpc import error_details_pb2, status_pb2

ONE_OF_EACH_KIND = {kind: code for code, kind in reversed(KINDS.items())}
OF_A_FIELD = [kind for kind in ONE_OF_EACH_KIND if issubclass(kind, FieldError)]
THAT_PASS = [kind for kind in ONE_OF_EACH_KIND if issubclass(kind, PassingError)]


def sent(error: AskmeshError) -> AioRpcError:
    """Return the failed call that a caller sees when a service raises the error."""
    trailing = Metadata(*trailing_metadata_of(error))
    return AioRpcError(status_code_of(error), Metadata(), trailing, details=error.message)


def received(error: AskmeshError) -> AskmeshError:
    with pytest.raises(AskmeshError) as caught, upstream_errors("elsewhere"):
        raise sent(error)
    return caught.value


@pytest.mark.parametrize("kind", ONE_OF_EACH_KIND)
def test_an_error_keeps_its_kind_reason_words_and_metadata(kind: type[AskmeshError]) -> None:
    got = received(kind("NO_ROOM", "There is no room.", shelf="3", door="north"))
    assert type(got) is kind
    assert (got.reason, got.message) == ("NO_ROOM", "There is no room.")
    assert got.metadata == {"shelf": "3", "door": "north"}


@pytest.mark.parametrize("kind", OF_A_FIELD)
def test_an_error_of_the_request_keeps_its_field(kind: type[FieldError]) -> None:
    got = received(kind("R", "Wrong.", field="filter.sources"))
    assert isinstance(got, FieldError)
    assert got.field == "filter.sources"
    nowhere = received(kind("R", "Wrong."))
    assert isinstance(nowhere, FieldError)
    assert nowhere.field == ""


@pytest.mark.parametrize("kind", THAT_PASS)
@pytest.mark.parametrize("seconds", [0.0, 0.25, 90.0])
def test_an_error_that_passes_keeps_when_to_try_again(
    kind: type[PassingError], seconds: float
) -> None:
    got = received(kind("R", "Later.", retry_after_seconds=seconds))
    assert isinstance(got, PassingError)
    assert got.retry_after_seconds == seconds


def test_what_has_no_status_of_its_own_goes_as_the_nearest_kind() -> None:
    assert status_code_of(UnreachableError("R", "Gone.")) is StatusCode.UNAVAILABLE
    assert status_code_of(StartupError("R", "Not begun.")) is StatusCode.UNAVAILABLE
    assert status_code_of(AskmeshError("R", "A defect.")) is StatusCode.UNKNOWN


def test_a_refusal_is_told_in_the_words_of_the_standard() -> None:
    error = InvalidRequestError("TOO_LONG", "It is too long.", field="question", limit="9")
    failed = sent(error)
    trailing = dict(failed.trailing_metadata())
    status = _status(trailing)
    assert (status.code, status.message) == (3, "It is too long.")
    (violation,) = _detail(status).field_violations
    assert (violation.field, violation.description) == ("question", "It is too long.")
    assert violation.reason == reason_of(failed) == "TOO_LONG"
    assert field_violations_of(failed) == ["question"]
    assert retry_delay_of(failed) is None
    assert trailing["grpc-retry-pushback-ms"] == "-1"


def _status(trailing: Mapping[str, str | bytes]) -> status_pb2.Status:
    packed = trailing["grpc-status-details-bin"]
    assert isinstance(packed, bytes)
    return status_pb2.Status.FromString(packed)


def _detail(status: status_pb2.Status) -> error_details_pb2.BadRequest:
    detail = error_details_pb2.BadRequest()
    assert any(each.Unpack(detail) for each in status.details)
    return detail


def test_what_is_too_long_for_headers_is_cut() -> None:
    error = OverloadedError("R", "m" * 1_001, whole="v" * 200, cut="v" * 201)
    status = _status(dict(trailing_metadata_of(error)))
    assert status.message == "m" * 999 + "…"
    assert received(error).metadata == {"whole": "v" * 200, "cut": "v" * 199 + "…"}


def test_a_failure_without_a_reason_is_named_by_who_failed() -> None:
    gone = AioRpcError(StatusCode.UNAVAILABLE, Metadata(), Metadata(), details="at 10.0.0.1")
    with pytest.raises(UnavailableError) as caught, upstream_errors("retrieval"):
        raise gone
    assert caught.value.reason == "RETRIEVAL_UNAVAILABLE"
    assert caught.value.message == "retrieval does not work now (UNAVAILABLE)"
