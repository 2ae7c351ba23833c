"""Errors that a caller can act on."""

import pytest

from askmesh.errors import AskmeshError, InvalidRequestError, OverloadedError, StartupError


def test_an_error_says_its_message() -> None:
    error = InvalidRequestError("QUERY_LONG", "query is too long", field="query", limit="9")
    assert str(error) == error.message == "query is too long"
    assert (error.reason, error.field) == ("QUERY_LONG", "query")
    assert error.metadata == {"limit": "9"}


def test_metadata_of_an_error_cannot_be_changed() -> None:
    error = StartupError("PORT_IN_USE", "free the port", port="7400")
    with pytest.raises(TypeError):
        error.metadata["port"] = "1"  # type: ignore[index] # pyright: ignore[reportIndexIssue] - shown at run time


def test_every_kind_is_caught_as_the_base() -> None:
    with pytest.raises(AskmeshError):
        raise OverloadedError("QUEUE_FULL", "no room", retry_after_seconds=2)
