"""Keep what is stored of a folder in step with it, until told to stop."""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from rich.console import Console
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType] - its stop event

from askmesh.cli.ingesting import IngestReport, print_report
from askmesh.cli.syncing import FolderSync
from askmesh.client import IngestOutcome
from askmesh.errors import AskmeshError, DeadlineError, UnavailableError

SETTLING_MILLISECONDS = 1000
"""A folder that changes without a pause is synced after so long; with one, sooner."""

LOOKS_AGAIN_SECONDS = 60.0
"""Not every file system tells of changes, so the folder is looked through now and then."""

_TRIES_AGAIN_SECONDS = 2.0


async def watch_folder(path: Path, sync: FolderSync, console: Console) -> None:
    """Sync a folder whenever it changes. Never returns by itself.

    A mesh that does not answer is waited for, and what would be refused is told once.
    """
    async with asyncio.TaskGroup() as tasks:
        changed = asyncio.Event()
        tasks.create_task(_listen(path, changed))
        told = ""
        while True:
            changed.clear()
            pause = LOOKS_AGAIN_SECONDS
            try:
                _tell(await sync.run(Console(quiet=True)), console)
                told = ""
            except (UnavailableError, DeadlineError) as error:
                pause = _TRIES_AGAIN_SECONDS
                told = _tell_once(f"{error.message}: it is tried again", told, console)
            except AskmeshError as error:
                told = _tell_once(error.message, told, console)
            await _wait(changed, pause)


async def _listen(path: Path, changed: asyncio.Event) -> None:
    while True:
        with suppress(OSError):  # the folder is not there: syncing says so
            async for _ in awatch(path, debounce=SETTLING_MILLISECONDS, watch_filter=None):
                changed.set()
        await asyncio.sleep(_TRIES_AGAIN_SECONDS)


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return


def _tell(report: IngestReport, console: Console) -> None:
    del report.outcomes[IngestOutcome.UNCHANGED]
    if report.outcomes or report.deleted_count or report.moved_count or report.unreadable:
        console.print(_now(), end=" ")
        print_report(report, console)


def _tell_once(message: str, told: str, console: Console) -> str:
    if message != told:
        console.print(f"{_now()} {message}", style="yellow", markup=False)
    return message


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")
