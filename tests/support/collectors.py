"""Real OpenTelemetry collectors with the configurations that the chart ships."""

import os
import subprocess
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from support.go_programs import COLLECTOR
from support.helm import CHART
from support.ports import free_port
from support.starting import wait_for_page

CONFIGURATIONS = CHART / "monitoring" / "traces"
_START_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class Tiers:
    """An agent, which takes spans, and the sampler behind it."""

    address: str
    agent_metrics: str
    span_metrics: str
    sampler_metrics: str = ""

    def decided(self) -> int:
        """Return of how many traces the sampler has decided whether to keep them."""
        return decided(self.sampler_metrics)

    def sampled(self) -> int:
        """Return how many of those it keeps."""
        return decided(self.sampler_metrics, sampled="true")


@contextmanager
def tiers(store: str) -> Generator[Tiers]:
    """Run an agent and a sampler, which sends what it keeps to `store`."""
    with sampler(store) as (port, own), agent({"SAMPLER_PORT": str(port)}) as running:
        yield replace(running, sampler_metrics=own)


@contextmanager
def sampler(store: str) -> Generator[tuple[int, str]]:
    """Run a sampler, and yield its port and where its own metrics are."""
    port, own = free_port(), free_port()
    variables = {
        "SAMPLER_GRPC_ADDRESS": f"127.0.0.1:{port}",
        "TRACE_STORE": store,
        "DECISION_WAIT": "3s",
        "DECISION_WAIT_AFTER_ROOT": "500ms",
    }
    with _running(CONFIGURATIONS / "sampler.yaml", variables, own):
        yield port, _metrics(own)


@contextmanager
def agent(
    variables: Mapping[str, str], configuration: Path = CONFIGURATIONS / "agent.yaml"
) -> Generator[Tiers]:
    """Run an agent before a sampler of this machine, unless `variables` say where others are."""
    grpc, http, spans, own = (free_port() for _ in range(4))
    addresses = {
        "AGENT_GRPC_ADDRESS": f"127.0.0.1:{grpc}",
        "AGENT_HTTP_ADDRESS": f"127.0.0.1:{http}",
        "AGENT_METRICS_ADDRESS": f"127.0.0.1:{spans}",
        "SPAN_METRICS_INTERVAL": "200ms",
        "SAMPLER_HOST": "127.0.0.1",
    }
    with _running(configuration, {**addresses, **variables}, own):
        yield Tiers(f"127.0.0.1:{grpc}", _metrics(own), _metrics(spans))


def before_samplers(folder: Path, ports: Sequence[int]) -> Path:
    """Write the agent's configuration with samplers that no name server has to know."""
    told: dict[str, Any] = yaml.safe_load((CONFIGURATIONS / "agent.yaml").read_text("utf-8"))
    static = {"hostnames": [f"127.0.0.1:{port}" for port in ports]}
    told["exporters"]["load_balancing"]["resolver"] = {"static": static}
    path = folder / "agent.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


def decided(sampler_metrics: str, **labels: str) -> int:
    """Return of how many traces a sampler has decided whether to keep them."""
    name = "otelcol_processor_tail_sampling_global_count_traces_sampled"
    return int(sum(samples(sampler_metrics, name, **labels)))


def samples(url: str, name: str, **labels: str) -> list[float]:
    """Return the values of a metric's series that have these labels."""
    with urllib.request.urlopen(url, timeout=60) as reply:
        lines = reply.read().decode().splitlines()
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return [
        float(line.rpartition("}")[2].split()[0])
        for line in lines
        if line.startswith(f"{name}{{") and all(each in line for each in wanted)
    ]


@contextmanager
def _running(configuration: Path, variables: Mapping[str, str], port: int) -> Generator[None]:
    own = {"OWN_METRICS_HOST": "127.0.0.1", "OWN_METRICS_PORT": str(port)}
    process = subprocess.Popen(
        [COLLECTOR.folder() / "collector", f"--config=file:{configuration}"],
        env={**os.environ, **variables, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        wait_for_page(_metrics(port), process, seconds=_START_SECONDS)
        yield
    finally:
        process.kill()  # asked to end, it may wait for seconds
        process.communicate()


def _metrics(port: int) -> str:
    return f"http://127.0.0.1:{port}/metrics"
