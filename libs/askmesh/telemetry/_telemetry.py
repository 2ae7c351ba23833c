"""What a service uses to say what it does."""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import Protocol

from opentelemetry.trace import TracerProvider

from askmesh.telemetry._metrics import ServiceMetrics
from askmesh.tracing import Tracing


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
    ) -> None:
        super().__init__(provider)
        self.service = service
        self.metrics = metrics
        self.metrics_port = metrics_port

    @contextmanager
    def stage(self, name: str, attributes: Mapping[str, int] | None = None) -> Generator[None]:
        """Time the block as one stage of the work, in traces and metrics, however it ends.

        Stages are a small closed set. As with `span`, do not `yield` from an asynchronous
        generator inside of the block.
        """
        with self.span(name, attributes):
            started = perf_counter()
            try:
                yield
            finally:
                self.metrics.observe_stage(name, perf_counter() - started)
