"""What happens to tests whose server cannot be had: they fail, unless the environment says not."""

import os
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from support.server_cache import ServerMissingError

WITHOUT_SERVERS = "ASKMESH_WITHOUT_TEST_SERVERS"
"""Set to 1, tests whose server cannot be had are skipped."""


@contextmanager
def needed(server: str) -> Generator[None]:
    """Fail, or skip if the environment asks for it, when the block has no such server."""
    try:
        yield
    except ServerMissingError as error:
        if os.environ.get(WITHOUT_SERVERS) == "1":
            pytest.skip(f"NOT TESTED against {server}: {error}")
        pytest.fail(f"{server} cannot be had: {error}. {WITHOUT_SERVERS}=1 skips its tests.")
