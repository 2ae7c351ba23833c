"""Commands, each in a process of its own that has imported already what commands need."""

import multiprocessing
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory

_MODULES = (
    "asking_commands",
    "batch_command",
    "documents",
    "evaluation_commands",
    "ingest_command",
)
_ONE_AT_A_TIME = threading.Lock()
"""Processes are started and ended by one thread only: each start looks at all that run."""


def askmesh(
    *arguments: str, seconds: float = 60, environment: Mapping[str, str] | None = None
) -> CompletedProcess[str]:
    """Run a command to its end and return what it printed.

    Its process is forked from one that has imported the commands and done nothing else.
    """
    variables = {**os.environ, "COLUMNS": "200", **(environment or {})}
    with TemporaryDirectory() as name:
        outputs = (Path(name, "stdout"), Path(name, "stderr"))
        process = _server().Process(target=_run, args=(arguments, variables, outputs))
        code = _exit_code(process, arguments, seconds)
        stdout, stderr = (path.read_text() for path in outputs)
    return CompletedProcess(arguments, code, stdout, stderr)


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"askmesh.cli.{name}" for name in _MODULES])
    return context


def _exit_code(process: ForkServerProcess, arguments: Sequence[str], seconds: float) -> int:
    with _ONE_AT_A_TIME:
        process.start()
    ended = connection.wait([process.sentinel], seconds)
    with _ONE_AT_A_TIME:
        if not ended:
            process.kill()
        process.join()
        code = process.exitcode
        process.close()
    if code is None or not ended:
        raise TimeoutExpired(arguments, seconds)
    return code


def _run(
    arguments: Sequence[str], variables: Mapping[str, str], outputs: tuple[Path, Path]
) -> None:
    for descriptor, path in enumerate(outputs, start=1):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, descriptor)
        os.close(file)
    os.environ.clear()
    os.environ.update(variables)
    from askmesh.cli.commands import main  # noqa: PLC0415 - the tests themselves need no command

    main(list(arguments), prog_name="askmesh")
