"""Tests whose server cannot be had."""

import pytest

from support.needed_servers import WITHOUT_SERVERS, needed
from support.server_cache import ServerMissingError


def _missing() -> None:
    with needed("Redis"):
        raise ServerMissingError("no network")


@pytest.mark.parametrize("value", [None, "", "0"])
def test_a_server_that_cannot_be_had_fails_the_tests(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv(WITHOUT_SERVERS, raising=False)
    if value is not None:
        monkeypatch.setenv(WITHOUT_SERVERS, value)
    with pytest.raises(pytest.fail.Exception, match=f"no network.*{WITHOUT_SERVERS}=1"):
        _missing()


def test_tests_without_their_server_are_skipped_where_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(WITHOUT_SERVERS, "1")
    with pytest.raises(pytest.skip.Exception, match="no network"):
        _missing()
