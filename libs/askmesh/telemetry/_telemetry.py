"""What a service uses to say what it does."""

from opentelemetry.trace import TracerProvider

from askmesh.telemetry._metrics import ServiceMetrics
from askmesh.tracing import Tracing


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
