"""Work as a count of bytecodes, function by function: the same on every machine and at any load."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction

OURS = "askmesh."
_NOT_OURS = "askmesh.api."
_PARTS = ".<locals>.<"


@dataclass(frozen=True, slots=True)
class Work:
    """What a function did: in how many calls, how many bytecodes itself, and with all it called.

    Code of libraries and of generated functions counts as done by whoever of ours called it.
    """

    calls: int = 0
    own: int = 0
    whole: int = 0


def work_of(act: Callable[[], object]) -> Mapping[str, Work]:
    """Return what each function of ours did in one call of `act`, by its full name.

    Work inside of functions that are written in C is not seen, unless it calls back into Python.
    """
    return _booked(act).works()


def stacks_of(act: Callable[[], object]) -> Mapping[tuple[str, ...], int]:
    """Return how many bytecodes each function of ours did in one call of `act`, by its callers.

    A stack begins with the outermost function of ours.
    """
    return _booked(act).stacks()


def _booked(act: Callable[[], object]) -> _Ledger:
    ledger = _Ledger()
    with _tracing(ledger.begin):
        act()
    return ledger


@contextmanager
def _tracing(begin: TraceFunction) -> Generator[None]:
    """Trace the block; no collection of garbage, which comes when it comes, runs meanwhile."""
    before = sys.gettrace()
    gc.collect()
    gc.disable()
    sys.settrace(begin)
    try:
        yield
    finally:
        sys.settrace(before)
        gc.enable()


class _Ledger:
    """Books each bytecode on the function of ours that runs."""

    def __init__(self) -> None:
        self._total = 0
        self._booked = 0
        self._running: list[tuple[tuple[str, ...], int]] = []
        self._depth = Counter[str]()
        self._calls = Counter[str]()
        self._own = Counter[tuple[str, ...]]()
        self._whole = Counter[str]()
        self._names: dict[CodeType, str] = {}

    def works(self) -> dict[str, Work]:
        """Return what was booked."""
        own = Counter[str]()
        for stack, amount in self._own.items():
            own[stack[-1]] += amount
        return {
            name: Work(self._calls[name], own[name], whole) for name, whole in self._whole.items()
        }

    def stacks(self) -> dict[tuple[str, ...], int]:
        """Return what was booked, by who called whom."""
        return dict(self._own)

    def begin(self, frame: FrameType, *_: object) -> TraceFunction:
        """Take the beginning of a function, or its going on after a yield."""
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        code = frame.f_code
        name = self._names.get(code)
        if name is None:
            name = self._names[code] = _name(frame)
        if not name:
            return self._foreign
        self._book()
        callers = self._running[-1][0] if self._running else ()
        stack = callers if callers[-1:] == (name,) else (*callers, name)
        self._running.append((stack, self._total))
        self._depth[name] += 1
        # A comprehension is a part of its function.
        self._calls[name] += _PARTS not in code.co_qualname
        return self._of_ours

    def _of_ours(self, _: FrameType, event: str, __: object, /) -> None:
        if event == "opcode":
            self._total += 1
        elif event == "return":
            self._end()

    def _foreign(self, _: FrameType, event: str, __: object, /) -> None:
        if event == "opcode":
            self._total += 1

    def _end(self) -> None:
        self._book()
        stack, began = self._running.pop()
        name = stack[-1]
        self._depth[name] -= 1
        if not self._depth[name]:
            self._whole[name] += self._total - began

    def _book(self) -> None:
        if self._running:
            self._own[self._running[-1][0]] += self._total - self._booked
        self._booked = self._total


def _name(frame: FrameType) -> str:
    """Return the full name of a function of ours, "" of another."""
    module: str = frame.f_globals.get("__name__", "")
    code = frame.f_code
    if not module.startswith(OURS) or module.startswith(_NOT_OURS) or code.co_filename[0] == "<":
        return ""
    return f"{module}.{code.co_qualname.partition(_PARTS)[0]}"
