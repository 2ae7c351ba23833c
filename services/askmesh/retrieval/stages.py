"""Stages of the work, as spans and as metrics."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from askmesh.telemetry import Telemetry


class TelemetryStages:
    """Times stages by the service's telemetry."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        start = time.perf_counter()
        try:
            with self._telemetry.span(name):
                yield
        finally:
            self._telemetry.metrics.observe_stage(name, time.perf_counter() - start)
