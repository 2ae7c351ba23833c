# ruff: noqa: INP001 - Triton's folder, no package
"""Requests that run and wait, as a metric of Triton."""

import threading

import triton_python_backend_utils as pb_utils


class Counts:
    """Requests that run and wait, under the name that TensorRT-LLM's back end gives them."""

    def __init__(self, model: str, most: int) -> None:
        self._lock = threading.Lock()
        self._active = self._waiting = 0
        self._family = pb_utils.MetricFamily(
            name="nv_trt_llm_request_metrics",
            description="Requests by what they are doing",
            kind=pb_utils.MetricFamily.GAUGE,
        )
        self._gauges = {
            kind: self._family.Metric(labels={"model": model, "request_type": kind, "version": "1"})
            for kind in ("active", "waiting", "max")
        }
        self._gauges["max"].set(most)
        self._show()

    def enter(self, room: int) -> bool:
        """Count a request as waiting; False when `room` are here already."""
        with self._lock:
            if self._active + self._waiting >= room:
                return False
            self._waiting += 1
            self._show()
            return True

    def start(self) -> None:
        """A waiting request runs now."""
        with self._lock:
            self._waiting -= 1
            self._active += 1
            self._show()

    def leave(self) -> None:
        """A running request has ended."""
        with self._lock:
            self._active -= 1
            self._show()

    def _show(self) -> None:
        self._gauges["active"].set(self._active)
        self._gauges["waiting"].set(self._waiting)
