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
from askmesh.folders import Bucket, Unreadable

SETTLING_SECONDS = 1.0
"""A folder that changes without a pause is looked at so often; a file that has not changed from one
look to the next is ingested."""

LOOKS_AGAIN_SECONDS = 60.0
"""Not every file system tells of changes, so the folder is looked through now and then."""

_TRIES_AGAIN_SECONDS = 2.0


async def watch_folder(place: Path | Bucket, sync: FolderSync, console: Console) -> None:
    """Sync a folder whenever it changes. Never returns by itself.

    A bucket tells nothing, and is looked through now and then. A mesh that does not answer is
    waited for, and what would be refused is told once.
    """
    async with asyncio.TaskGroup() as tasks:
        changed = asyncio.Event()
        if not isinstance(place, Bucket):
            tasks.create_task(_listen(place, changed))
        news = _News(console)
        while True:
            changed.clear()
            pause = LOOKS_AGAIN_SECONDS
            try:
                news.tell(await sync.run(Console(quiet=True)))
            except (UnavailableError, DeadlineError) as error:
                pause = _TRIES_AGAIN_SECONDS
                news.warn(f"{error.message}: it is tried again")
            except AskmeshError as error:
                news.warn(error.message)
            if not sync.is_settled:
                await asyncio.sleep(SETTLING_SECONDS)
                continue
            await _wait(changed, pause)


class _News:
    """Tells what happens, and nothing twice in a row."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._warning = ""
        self._unreadable: list[Unreadable] = []

    def tell(self, report: IngestReport) -> None:
        del report.outcomes[IngestOutcome.UNCHANGED]
        changes = (report.outcomes.total(), report.deleted_count, report.moved_count)
        is_new = report.unreadable and report.unreadable != self._unreadable
        if any(changes) or is_new:
            self._console.print(_now(), end=" ")
            print_report(report, self._console)
        self._warning, self._unreadable = "", report.unreadable

    def warn(self, message: str) -> None:
        if message != self._warning:
            self._console.print(f"{_now()} {message}", style="yellow", markup=False)
        self._warning = message


async def _listen(path: Path, changed: asyncio.Event) -> None:
    while True:
        with suppress(OSError):  # the folder is not there: syncing says so
            async for _ in awatch(path, debounce=int(SETTLING_SECONDS * 1000), watch_filter=None):
                changed.set()
        await asyncio.sleep(_TRIES_AGAIN_SECONDS)


async def _wait(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return


def _now() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")
