"""A service as a process: signals, exit codes, sentences."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Generator
from contextlib import contextmanager

import pytest

SERVICE = """
    import asyncio
    import sys
    from contextlib import asynccontextmanager
    from askmesh.errors import StartupError
    from askmesh.serving import run

    @asynccontextmanager
    async def service():
        {start}
        print("started", flush=True)
        try:
            yield 1
        finally:
            print("ended", flush=True)

    sys.exit(run(service))
"""


@contextmanager
def process(start: str = "") -> Generator[subprocess.Popen[str]]:
    code = textwrap.dedent(SERVICE).format(start=start)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_in_order(number: signal.Signals) -> None:
    with process() as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "started\n"
        running.send_signal(number)
        output, errors = running.communicate(timeout=60)
    assert (running.returncode, output, errors) == (0, "ended\n", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_service_that_is_still_starting(number: signal.Signals) -> None:
    with process("print('starting', flush=True); await asyncio.Event().wait()") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "starting\n"
        running.send_signal(number)
        output, errors = running.communicate(timeout=60)
    assert (running.returncode, output, errors) == (0, "", "")


def test_what_exists_after_the_start_is_looked_through_for_garbage_no_more() -> None:
    count = "import gc; asyncio.get_running_loop().call_soon(lambda: print(gc.get_freeze_count()))"
    with process(count) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "started\n"
        running.send_signal(signal.SIGTERM)
        output, _ = running.communicate(timeout=60)
    assert int(output.split()[0]) > 1_000


@pytest.mark.parametrize(
    "start",
    [
        "raise StartupError('MISSING', 'The model is missing: fetch it.')",
        "raise ExceptionGroup('', [StartupError('MISSING', 'The model is missing: fetch it.')])",
    ],
)
def test_a_service_that_cannot_start_says_why_in_one_sentence(start: str) -> None:
    with process(start) as running:
        output, errors = running.communicate(timeout=60)
    assert (running.returncode, output) == (1, "")
    assert errors == "The model is missing: fetch it.\n"


def test_a_defect_at_start_is_not_hidden() -> None:
    with process("raise ZeroDivisionError") as running:
        _, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    assert "ZeroDivisionError" in errors
