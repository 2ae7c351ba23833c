"""The audit that settings ask for."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from askmesh.auditing._events import AuditEvent
from askmesh.auditing._folder import AuditFolder, FolderSink
from askmesh.auditing._trail import AuditSink, AuditTrail
from askmesh.errors import StartupError, single_failure
from askmesh.telemetry import ServiceMetrics

STANDARD_OUTPUT = "stdout:"


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where events go, a folder or "stdout:", for how many days, and whether with texts."""

    service: str
    address: str
    days: int
    with_texts: bool


@dataclass(frozen=True, slots=True)
class OutputSink:
    """Writes events to standard output, for whatever collects it."""

    service: str
    with_texts: bool

    def write(self, events: Sequence[AuditEvent]) -> int:
        for event in events:
            sys.stdout.buffer.write(event.line(self.service, with_texts=self.with_texts))
        sys.stdout.buffer.flush()
        return len(events)


@asynccontextmanager
async def audit_trail(
    settings: AuditSettings, metrics: ServiceMetrics
) -> AsyncGenerator[AuditTrail | None]:
    """Yield what takes events, None if there is no audit; all are written when the block ends.

    Raise `StartupError` if nothing can be written there.
    """
    if not settings.address:
        yield None
        return
    sink = _sink(settings)
    try:
        await asyncio.to_thread(sink.write, ())
        await asyncio.to_thread(_try, settings)
    except OSError as error:
        raise StartupError(
            "AUDIT_NOT_WRITABLE",
            f"The audit cannot be kept in {settings.address} ({error.strerror or error}): name a "
            'folder that can be written, or "stdout:"',
        ) from error
    trail = AuditTrail(sink, metrics)
    metrics.set_audit_works(works=True)
    with single_failure():
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(trail.keep_writing())
            try:
                yield trail
            finally:
                trail.end()
                await asyncio.wait([writing])


def _sink(settings: AuditSettings) -> AuditSink:
    if settings.address == STANDARD_OUTPUT:
        return OutputSink(settings.service, settings.with_texts)
    folder = AuditFolder(Path(settings.address))
    return FolderSink(folder, settings.service, settings.days, settings.with_texts)


def _try(settings: AuditSettings) -> None:
    """Raise `OSError` if the folder cannot be written."""
    if settings.address != STANDARD_OUTPUT:
        Path(settings.address).mkdir(parents=True, exist_ok=True, mode=0o700)
        (Path(settings.address) / "lock").touch()
