"""Telemetry whose spans a test can wait for."""

import asyncio
from collections.abc import Callable, Sequence

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.trace import SpanKind
from prometheus_client import CollectorRegistry

from askmesh.telemetry import ServiceMetrics, Telemetry

WAIT_SECONDS = 60.0


class SpanLog(SpanProcessor):
    """Keeps ended spans, oldest first."""

    def __init__(self) -> None:
        self.ended: list[ReadableSpan] = []
        self._changed = asyncio.Event()

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span)
        self._changed.set()

    async def wait_for(self, is_wanted: Callable[[ReadableSpan], bool]) -> ReadableSpan:
        """Return the first span that is wanted, as soon as it has ended."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for span in self.ended:
                    if is_wanted(span):
                        return span
                self._changed.clear()
                await self._changed.wait()

    async def server_span(self) -> ReadableSpan:
        return await self.wait_for(lambda span: span.kind is SpanKind.SERVER)

    async def client_span(self) -> ReadableSpan:
        return await self.wait_for(lambda span: span.kind is SpanKind.CLIENT)


def recording_telemetry(service: str = "test") -> tuple[Telemetry, SpanLog]:
    """Return telemetry and the log of its spans."""
    log = SpanLog()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(log)
    return Telemetry(service, provider, ServiceMetrics(CollectorRegistry())), log


def attribute(span: ReadableSpan, name: str) -> object:
    return (span.attributes or {}).get(name)


def exception_events(span: ReadableSpan) -> Sequence[object]:
    return [event for event in span.events if event.name == "exception"]
