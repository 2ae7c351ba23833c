"""Who has the processors first where processes share a machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from askmesh.inference._onnx import encoder_threads

LAST = 19
"""The most that a process can yield."""
SESSION = Path("/proc/self/autogroup")
YIELDING = f"""
import os
from askmesh.resilience import yield_process, yield_session
yield_process(7)
yield_session(7)
print(os.nice(0), open("{SESSION}", encoding="ascii").read().split()[-1])
"""
WITHIN = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""
"""Leads the session that another program runs in."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have one niceness here")
grouped = pytest.mark.skipif(not SESSION.exists(), reason="sessions do not count here")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def yielded(*program: str) -> tuple[int, int]:
    """Return how far a process yields, and its session, which a program leads that begins it."""
    process = subprocess.run(
        [sys.executable, "-c", *program],
        check=True,
        capture_output=True,
        encoding="ascii",
        start_new_session=True,
    )
    own, session = process.stdout.split()
    return int(own), int(session)


@grouped
def test_a_process_with_a_session_of_its_own_yields_to_other_sessions() -> None:
    assert yielded(YIELDING) == (min(niceness() + 7, LAST), 7)


@grouped
def test_a_process_yields_alone_in_a_session_that_it_shares() -> None:
    assert yielded(WITHIN, YIELDING) == (min(niceness() + 7, LAST), 0)


async def test_threads_that_score_and_embed_yield_to_the_thread_that_answers() -> None:
    before = niceness()
    async with encoder_threads(1) as encoding:
        assert await encoding.call(niceness) > before
    assert niceness() == before
