"""Traces that stand for what histograms count."""

from bisect import bisect_left
from collections.abc import Sequence
from time import monotonic

from opentelemetry.trace import get_current_span
from prometheus_client import Histogram

RENEWED_SECONDS = 1.0
"""How long a trace stands for its bucket at least: nobody reads them more often."""


class ExemplaryTimer:
    """A histogram of a call, of which the time is measured often."""

    __slots__ = ("_bounds", "_due", "_histogram")

    def __init__(self, histogram: Histogram, bounds: Sequence[float]) -> None:
        self._histogram = histogram
        self._bounds = bounds
        self._due = [0.0] * (len(bounds) + 1)

    def observe(self, seconds: float, *, is_recorded: bool) -> None:
        """Count a duration; the current trace stands for it, unless another one just did."""
        if not is_recorded:
            self._histogram.observe(seconds)
            return
        bucket, now = bisect_left(self._bounds, seconds), monotonic()
        if now < self._due[bucket]:
            self._histogram.observe(seconds)
            return
        told = exemplar()
        if told:
            self._due[bucket] = now + RENEWED_SECONDS
        self._histogram.observe(seconds, told)


def exemplar() -> dict[str, str] | None:
    """Return the ids of the current span if it is sampled."""
    context = get_current_span().get_span_context()
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
