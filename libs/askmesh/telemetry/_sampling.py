"""Where the time of the processor goes, by looking at all threads again and again."""

import re
import sys
import time
from collections import Counter
from collections.abc import Mapping
from threading import Event, Thread, current_thread
from threading import enumerate as running_threads
from types import CodeType, FrameType
from typing import TypeAlias

from askmesh.tracing import STAGE_CODE

Stack: TypeAlias = tuple[str, ...]
"""The kind of thread, then the functions that run in it, from the outermost on."""

EVERY_SECONDS = 0.02
MAX_NAMES = 15_000
"""How many characters of a stack are told: Pyroscope loses a line of 64 KiB and all after it, and
does not say so."""

PROFILER: Stack = ("the profile itself",)
WITHOUT_PYTHON: Stack = ("threads without Python",)
_STAGE = "stage "
_NUMBER = re.compile(r"[-_ ]*\(?\d+.*$")


def processor_time(
    seconds: float, stopped: Event, *, every_seconds: float = EVERY_SECONDS
) -> Mapping[Stack, int]:
    """Return for each stack the nanoseconds of processor that were used in it.

    All time of the process is told, also that of the profile itself. Blocks for that long, or until
    `stopped` is set. What a thread used between two looks counts for where the second one finds it.
    """
    looks = _Looks()
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and not stopped.wait(min(left, every_seconds)):
        looks.look()
    return looks.told()


def lines_of(profile: Mapping[Stack, int]) -> str:
    """Return a line for each stack: its functions with ";" between, and its microseconds.

    Of a recursion with more than `MAX_NAMES`, the outermost functions are told.
    """
    return "".join(
        f"{_names_of(stack)} {nanoseconds // 1000}\n" for stack, nanoseconds in profile.items()
    )


def _names_of(stack: Stack) -> str:
    names = ";".join(stack)
    return names if len(names) <= MAX_NAMES else names[:MAX_NAMES].rpartition(";")[0]


def stage_of(stack: Stack) -> str:
    """Return the innermost stage that a stack tells; "" where it tells none."""
    told = (each for each in reversed(stack) if each.startswith(_STAGE))
    return next(told, "").removeprefix(_STAGE)


class _Looks:
    """Books what threads have used since the last look."""

    def __init__(self) -> None:
        self._used = {thread.native_id: _used_by(thread) for thread in running_threads()}
        self._began = time.process_time_ns()
        self._booked = Counter[Stack]()
        self._names: dict[int, tuple[CodeType, str]] = {}

    def look(self) -> None:
        frames = sys._current_frames()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - documented
        for thread in running_threads():
            used = _used_by(thread)
            more = used - self._used.get(thread.native_id, 0)
            self._used[thread.native_id] = used
            frame = frames.get(thread.ident or 0)
            if more > 0 and frame is not None:
                self._booked[self._stack(thread, frame)] += more

    def told(self) -> Mapping[Stack, int]:
        rest = time.process_time_ns() - self._began - self._booked.total()
        return {**self._booked, **({WITHOUT_PYTHON: rest} if rest > 0 else {})}

    def _stack(self, thread: Thread, frame: FrameType) -> Stack:
        if thread is current_thread():
            return PROFILER
        return (_NUMBER.sub("", thread.name) or "threads", *self._functions(frame)[::-1])

    def _functions(self, frame: FrameType | None) -> list[str]:
        """Return the functions that run, the innermost first; a stage stands above what it does."""
        found: list[str] = []
        while frame is not None:
            code = frame.f_code
            # By its address: comparing code takes long. What is kept keeps its address.
            known = self._names.get(id(code))
            if known is None:
                name = f"{frame.f_globals.get('__name__', '')}.{code.co_qualname}"
                known = self._names[id(code)] = code, name
            if code is STAGE_CODE and frame.f_locals["stage"]:
                found.append(f"{_STAGE}{frame.f_locals['stage']}")
            found.append(known[1])
            frame = frame.f_back
        return found


def _used_by(thread: Thread) -> int:
    """Return how many nanoseconds of processor a thread has used; 0 if it is gone.

    Linux makes the clock of a thread from its number, and says so if there is no such thread.
    """
    if thread.native_id is None:
        return 0
    try:
        return time.clock_gettime_ns(~thread.native_id << 3 | 6)
    except OSError:
        return 0
