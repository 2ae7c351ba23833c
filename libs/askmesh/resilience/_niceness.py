"""Who has the processors first where processes share a machine."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import get_native_id


def yield_process(niceness: int) -> None:
    """Let this process, and what it will start, have what others of its session leave."""
    os.nice(niceness)


def yield_thread(niceness: int) -> None:
    """Let this thread have what others of its session leave, where threads may do so.

    Who answers a call needs a processor for a moment, and at once.
    """
    if sys.platform == "linux":  # elsewhere the process would yield
        thread = get_native_id()
        with suppress(OSError):
            own = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, own + niceness)


def yield_session(niceness: int) -> None:
    """Let the session that this process leads, if it does, have what all others leave.

    Desktops share the processors among sessions first; `askmesh up` gives each process its own.
    What somebody waits for must not yield so far: other work of the machine would go before it.
    """
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")
