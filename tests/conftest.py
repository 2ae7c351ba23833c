"""What all tests share: the event loop, which is the one that services run on, and one Triton.

With pytest-xdist, tests that need the same servers share a process.
"""

import os
import signal

# Else one of twenty processes that tests start beside calls of gRPC dies before it begins.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"  # is read when grpc is imported

from collections.abc import AsyncGenerator, Generator

import pytest
import uvloop
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from support.distribution import SharedServersScheduling, longest_first
from support.openai_server import RunningOpenAiServer, running_openai_server
from support.triton import RunningTriton, running_triton

# What a property says does not depend on how busy the machine is.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")

# Who runs tests in the background may ignore Ctrl-C, by which a mesh ends that a test has started.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> SharedServersScheduling | None:
    """Distribute by servers in place of modules, when pytest is told to distribute by scope."""
    by_scope = config.getoption("dist") == "loadscope"
    return SharedServersScheduling(config, log) if by_scope else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    items.sort(key=lambda item: longest_first(item.nodeid))


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": uvloop.new_event_loop}


@pytest.fixture(scope="session", autouse=True)
async def _one_event_loop(anyio_backend: object) -> AsyncGenerator[None]:  # noqa: ARG001 - ordered
    """Keep one loop for all tests: gRPC hands late events to closed loops, which fails any test."""
    yield  # noqa: PT022 - what is still to be torn down keeps the loop


@pytest.fixture(scope="session")
def triton() -> Generator[RunningTriton]:
    """A Triton server for all tests that leave it as it is."""
    with running_triton({"TRITON_CPU_MODELS": "ensemble,tensorrt_llm"}) as running:
        yield running


@pytest.fixture(scope="session")
def openai_server() -> Generator[RunningOpenAiServer]:
    """A llama.cpp server for all tests that leave it as it is."""
    with running_openai_server() as running:
        yield running
