"""Who has the processors first where processes share a machine: calls, then computing."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import get_native_id

COMPUTING = 10
"""What computes for questions yields to who takes calls, by so much."""


def yield_thread(niceness: int = COMPUTING) -> None:
    """Let the calling thread have what is left of the processors, where threads may differ."""
    if sys.platform == "linux":
        thread = get_native_id()
        already = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, already + niceness)  # nobody may have less again


def yield_process(niceness: int = COMPUTING) -> None:
    """Let this process, and what it will start, have what others of its session leave."""
    os.nice(niceness)


def yield_session(niceness: int) -> None:
    """Let the session that this process leads, if it does, have what all others leave.

    Desktops share the processors among sessions first; `askmesh up` gives each process its own.
    What somebody waits for must not yield so far: other work of the machine would go before it.
    """
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")
