"""The event loop of the tests: the one that services run on."""

import pytest
import uvloop


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": uvloop.new_event_loop}
