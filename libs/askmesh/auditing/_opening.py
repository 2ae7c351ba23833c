"""The audit that settings ask for."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from askmesh.auditing._folder import AuditFolder, FolderSink
from askmesh.auditing._sinks import CollectorSink, OutputSink
from askmesh.auditing._trail import AuditSink, AuditTrail
from askmesh.errors import StartupError, single_failure
from askmesh.telemetry import ServiceMetrics, log_collector
from askmesh.transport import TlsFiles

STANDARD_OUTPUT = "stdout:"
COLLECTOR = "otlp:"


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Where events go: a folder, "stdout:" or "otlp:".

    A folder keeps them for so many days; "otlp:" is the collector at `endpoint`, by TLS with these
    files.
    """

    service: str
    address: str
    days: int
    with_texts: bool
    endpoint: str = ""
    tls: TlsFiles | None = None


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
    with ExitStack() as stack:
        sink = await asyncio.to_thread(stack.enter_context, _sink(settings))
        await asyncio.to_thread(_try, settings, sink)
        trail = AuditTrail(sink, metrics)
        metrics.set_audit_works(works=True)
        async with _writing(trail):
            yield trail


@asynccontextmanager
async def _writing(trail: AuditTrail) -> AsyncGenerator[None]:
    with single_failure():
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(trail.keep_writing())
            try:
                yield
            finally:
                trail.end()
                await asyncio.wait([writing])


@contextmanager
def _sink(settings: AuditSettings) -> Generator[AuditSink]:
    service, with_texts = settings.service, settings.with_texts
    if settings.address == STANDARD_OUTPUT:
        yield OutputSink(service, with_texts)
    elif settings.address == COLLECTOR:
        with log_collector(service, settings.endpoint, settings.tls) as collector:
            yield CollectorSink(collector, with_texts)
    else:
        folder = AuditFolder(Path(settings.address))
        yield FolderSink(folder, service, settings.days, with_texts)


def _try(settings: AuditSettings, sink: AuditSink) -> None:
    """Raise `StartupError` if nothing can be kept there."""
    place = settings.address + settings.endpoint * (settings.address == COLLECTOR)
    try:
        sink.write(())
        if settings.address not in {STANDARD_OUTPUT, COLLECTOR}:
            Path(settings.address).mkdir(parents=True, exist_ok=True, mode=0o700)
            (Path(settings.address) / "lock").touch()
    except OSError as error:
        raise StartupError(
            "AUDIT_NOT_WRITABLE",
            f"The audit cannot be kept in {place} ({error.strerror or error}): name a folder that "
            'can be written, "stdout:", or "otlp:" for a collector that takes logs',
        ) from error
