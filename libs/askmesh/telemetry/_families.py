"""Metrics of one kind, and labels whose values are few."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from prometheus_client import Counter, Gauge, Histogram

from askmesh.telemetry._metric_names import MetricTexts

M = TypeVar("M", Counter, Gauge, Histogram)
MOST_VALUES = 100
OTHER = "other"


class Values:
    """Keeps the values of a label few: what is new when there are enough of them is "other"."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        if value not in self._known:
            if len(self._known) >= self._most:
                return OTHER
            self._known.add(value)
        return value


class Family(Generic[M]):
    """Metrics of one kind, each made when it is first used: some are of some services only."""

    def __init__(self, make: Callable[[str, str, Sequence[str]], M], texts: MetricTexts) -> None:
        self._make: Callable[[str, str, Sequence[str]], M] = make
        self._texts = texts
        self._made: dict[str, M] = {}

    def __call__(self, name: str, *labels: str) -> M:
        if name not in self._made:
            text, *names = self._texts[name]
            self._made[name] = self._make(name, text, names)
        return self._made[name].labels(*labels) if labels else self._made[name]
