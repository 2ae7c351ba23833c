"""Commands that are coroutines."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import update_wrapper
from typing import ParamSpec

import uvloop

EXIT_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)

P = ParamSpec("P")


def asynchronous(command: Callable[P, Coroutine[None, None, None]]) -> Callable[P, None]:
    """Return a function that runs `command` in an event loop of its own.

    SIGTERM, and SIGHUP when the terminal is closed, cancel the command as Ctrl-C does. The
    process then ends with the exit code that stands for the signal.
    """
    received: list[signal.Signals] = []

    async def main_task(*args: P.args, **kwargs: P.kwargs) -> None:
        if task := asyncio.current_task():
            _cancel_at_signals(task, received)
        await command(*args, **kwargs)

    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            uvloop.run(main_task(*args, **kwargs))
        except asyncio.CancelledError:
            sys.exit(EXIT_BY_SIGNAL + received[0])

    return update_wrapper(run, command)


def _cancel_at_signals(task: asyncio.Task[object], received: list[signal.Signals]) -> None:
    def stop(number: signal.Signals) -> None:
        received.append(number)
        task.cancel()

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
