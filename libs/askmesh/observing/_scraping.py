"""What the metrics of a service say, in a few figures."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from itertools import pairwise
from urllib.request import urlopen

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

SCRAPE_SECONDS = 2.0
_CALLS = "askmesh_rpc_requests"
_SECONDS = "askmesh_rpc_duration_seconds"
_STAGES = "askmesh_stage_duration_seconds"
_LAG = "askmesh_event_loop_lag_seconds"
_MEMORY = "process_resident_memory_bytes"
_MIDDLE, _MOST = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class StageFigures:
    """How often a stage was gone through, and how long 50 and 95 of 100 took at most."""

    stage: str
    count: int
    median_seconds: float
    most_seconds: float


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """A service since its start. `problem` says why there is nothing to say, and is empty else."""

    service: str
    problem: str = ""
    calls: int = 0
    failed: int = 0
    median_seconds: float = 0.0
    most_seconds: float = 0.0
    lag_seconds: float = 0.0
    memory_bytes: float = 0.0
    stages: tuple[StageFigures, ...] = ()


async def figures_at(addresses: Mapping[str, str]) -> Sequence[ServiceFigures]:
    """Return what the metrics at these addresses (`host:port`) say, by the names of services."""
    async with asyncio.TaskGroup() as scrapes:
        tasks = [
            scrapes.create_task(asyncio.to_thread(_figures_at, service, address))
            for service, address in addresses.items()
        ]
    return [task.result() for task in tasks]


def figures_of(service: str, text: str) -> ServiceFigures:
    """Return what a page of metrics says."""
    families = {family.name: family for family in text_string_to_metric_families(text)}
    codes = _by_label(families.get(_CALLS), "code", "_total")
    durations = _buckets(families.get(_SECONDS))
    stages = _buckets_by(families.get(_STAGES), "stage")
    return ServiceFigures(
        service=service,
        calls=round(sum(codes.values())),
        failed=round(sum(count for code, count in codes.items() if code != "OK")),
        median_seconds=quantile(durations, _MIDDLE),
        most_seconds=quantile(durations, _MOST),
        lag_seconds=quantile(_buckets(families.get(_LAG)), _MOST),
        memory_bytes=sum(_by_label(families.get(_MEMORY), "", "").values()),
        stages=tuple(
            StageFigures(
                stage,
                round(max(counts.values())),
                quantile(counts, _MIDDLE),
                quantile(counts, _MOST),
            )
            for stage, counts in sorted(stages.items())
        ),
    )


def quantile(counts: Mapping[float, float], share: float) -> float:
    """Return the value that this share of a histogram is below, as Prometheus estimates it.

    `counts` are how many are at most that large, by upper bounds.
    """
    bounds = sorted(counts)
    if not bounds or not counts[bounds[-1]]:
        return 0.0
    wanted = share * counts[bounds[-1]]
    for below, bound in pairwise((0.0, *bounds)):
        if counts[bound] >= wanted:
            if bound == float("inf"):
                return below
            before = counts.get(below, 0.0)
            part = (wanted - before) / (counts[bound] - before) if counts[bound] > before else 1.0
            return below + (bound - below) * part
    return bounds[-1]


def _figures_at(service: str, address: str) -> ServiceFigures:
    try:
        with urlopen(f"http://{address}/metrics", timeout=SCRAPE_SECONDS) as reply:
            return figures_of(service, reply.read().decode())
    except (OSError, HTTPException, ValueError) as error:
        return ServiceFigures(service, problem=str(error) or type(error).__name__)


def _by_label(family: Metric | None, label: str, suffix: str) -> Mapping[str, float]:
    found = defaultdict[str, float](float)
    for sample in family.samples if family else ():
        if sample.name.removesuffix(suffix) == sample.name.removesuffix("_total"):
            found[sample.labels.get(label, "")] += sample.value
    return found


def _buckets(family: Metric | None) -> Mapping[float, float]:
    every = _buckets_by(family, "")
    return every.get("", {})


def _buckets_by(family: Metric | None, label: str) -> Mapping[str, Mapping[float, float]]:
    """Return the buckets of a histogram by a label, and by their bounds."""
    found: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for sample in family.samples if family else ():
        if sample.name.endswith("_bucket"):
            found[sample.labels.get(label, "")][float(sample.labels["le"])] += sample.value
    return found
