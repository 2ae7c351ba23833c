"""Opening and closing a service's telemetry."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from time import perf_counter
from typing import Protocol

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector

from askmesh.config import ServiceSettings, variable_of
from askmesh.telemetry._call_spans import call_spans
from askmesh.telemetry._exposition import exposition
from askmesh.telemetry._logs import json_logs
from askmesh.telemetry._loop_lag import loop_lag
from askmesh.telemetry._metrics import ServiceMetrics
from askmesh.telemetry._profile_store import profiles_sent
from askmesh.telemetry._profiles import Profiles
from askmesh.tracing import PROFILE_ID, Tracing, stage_named
from askmesh.transport import credentials_for


class Stages(Protocol):
    """Times the stages of the work."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Time the block as a stage of this name."""
        ...


class Telemetry(Tracing):
    """Traces and metrics of one service. Opened by `telemetry` or `silent_telemetry`."""

    def __init__(
        self,
        service: str,
        provider: TracerProvider,
        metrics: ServiceMetrics,
        *,
        metrics_port: int | None = None,
        sends_profiles: bool = False,
    ) -> None:
        super().__init__(provider, call_spans(provider))
        self.service = service
        self.metrics = metrics
        self.metrics_port = metrics_port
        self._sends_profiles = sends_profiles

    @contextmanager
    def stage(self, name: str, attributes: Mapping[str, int] | None = None) -> Generator[None]:
        """Time the block as one stage of the work, in traces and metrics, however it ends.

        Stages are a small closed set. As with `span`, do not `yield` from an asynchronous
        generator inside of the block. Where profiles are sent, the span says that there are some of
        its stage.
        """
        with self.span(name, attributes) as span, stage_named(name):
            if self._sends_profiles and span.is_recording():
                span.set_attribute(PROFILE_ID, f"{span.get_span_context().span_id:016x}")
            started = perf_counter()
            try:
                yield
            finally:
                self.metrics.observe_stage(name, perf_counter() - started)


EXPORT_INTERVAL_MILLIS = 1_000
FLUSH_SECONDS = 2.0


@asynccontextmanager
async def telemetry(service: str, settings: ServiceSettings) -> AsyncGenerator[Telemetry]:
    """Open the telemetry of `service` until the block ends.

    Logs go to stderr as JSON lines, metrics are served at `settings.metrics_address`, with
    `settings.profiling` profiles too. Spans go to `settings.otlp_endpoint` if there is one, by TLS
    with `settings.otlp_tls`, and profiles to `settings.profiles_url`. What was recorded is exported
    before the block is left, unless nobody takes it. Raises `StartupError` when the metrics cannot
    be served, the collector's certificates be read, or profiles be made.
    """
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    metrics = ServiceMetrics(registry)
    variable = variable_of(type(settings), "metrics_address")
    profiles = Profiles(
        enabled=settings.profiling, variable=variable_of(type(settings), "profiling")
    )
    with json_logs(service):
        async with (
            _tracing(service, settings) as provider,
            exposition(registry, settings.metrics_address, variable, profiles) as port,
            profiles_sent(settings.profiles_url, service, metrics.count_profile),
        ):
            with loop_lag(metrics.observe_loop_lag):
                yield Telemetry(
                    service,
                    provider,
                    metrics,
                    metrics_port=port,
                    sends_profiles=bool(settings.profiles_url),
                )


def silent_telemetry(service: str = "test") -> Telemetry:
    """Return telemetry that exports nothing and opens nothing. Its metrics can be read."""
    provider = TracerProvider(resource=resource_of(service), shutdown_on_exit=False)
    return Telemetry(service, provider, ServiceMetrics(CollectorRegistry()))


@asynccontextmanager
async def _tracing(service: str, settings: ServiceSettings) -> AsyncGenerator[TracerProvider]:
    provider = TracerProvider(resource=resource_of(service), shutdown_on_exit=False)
    if not settings.otlp_endpoint:
        yield provider
        return
    exporter = await asyncio.to_thread(_exporter, settings)
    processor = BatchSpanProcessor(exporter, schedule_delay_millis=EXPORT_INTERVAL_MILLIS)
    provider.add_span_processor(processor)
    try:
        yield provider
    finally:
        await _flushed(provider, exporter)


def _exporter(settings: ServiceSettings) -> OTLPSpanExporter:
    endpoint, files = settings.otlp_endpoint, settings.otlp_tls
    if files is None:
        return OTLPSpanExporter(endpoint=endpoint, insecure=True)
    return OTLPSpanExporter(endpoint=endpoint, insecure=False, credentials=credentials_for(files))


async def _flushed(provider: TracerProvider, exporter: OTLPSpanExporter) -> None:
    """Export what is left, for a while: a collector that is gone must not hold up the end."""
    async with asyncio.TaskGroup() as tasks:
        flush = tasks.create_task(asyncio.to_thread(provider.shutdown))
        _, pending = await asyncio.wait({flush}, timeout=FLUSH_SECONDS)
        if pending:
            exporter.shutdown()  # pyright: ignore[reportUnknownMemberType] - kwargs have no types


def resource_of(service: str) -> Resource:
    """Return what is said of a service beside whatever it sends."""
    return Resource.create({"service.name": service, "service.namespace": "askmesh"})
