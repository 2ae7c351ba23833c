"""Real OpenTelemetry collectors with the configurations that the chart ships."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError

import yaml

from support.go_programs import COLLECTOR
from support.helm import CHART

CONFIGURATIONS = CHART / "monitoring" / "traces"
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Tiers:
    """An agent, which takes spans, and the sampler behind it."""

    address: str
    agent_metrics: str
    span_metrics: str
    sampler_metrics: str

    def decided(self) -> int:
        """Return of how many traces the sampler has decided whether to keep them."""
        name = "otelcol_processor_tail_sampling_global_count_traces_sampled"
        return int(sum(samples(self.sampler_metrics, name)))


@contextmanager
def tiers(folder: Path, store: str) -> Generator[Tiers]:
    """Run both tiers, the second of which sends what it keeps to `store`.

    The agent knows its one sampler by address: the program has no `load_balancing` exporter.
    """
    grpc, http, spans, own, sampler, sampler_own = (free_port() for _ in range(6))
    with ExitStack() as stack:
        at_sampler = {
            "SAMPLER_GRPC_ADDRESS": f"127.0.0.1:{sampler}",
            "TRACE_STORE": store,
            "DECISION_WAIT": "3s",
            "DECISION_WAIT_AFTER_ROOT": "500ms",
        }
        stack.enter_context(_running(CONFIGURATIONS / "sampler.yaml", at_sampler, sampler_own))
        at_agent = {
            "AGENT_GRPC_ADDRESS": f"127.0.0.1:{grpc}",
            "AGENT_HTTP_ADDRESS": f"127.0.0.1:{http}",
            "AGENT_METRICS_ADDRESS": f"127.0.0.1:{spans}",
            "SPAN_METRICS_INTERVAL": "200ms",
        }
        configuration = _with_one_sampler(folder, f"127.0.0.1:{sampler}")
        stack.enter_context(_running(configuration, at_agent, own))
        yield Tiers(f"127.0.0.1:{grpc}", _metrics(own), _metrics(spans), _metrics(sampler_own))


def samples(url: str, name: str, **labels: str) -> list[float]:
    """Return the values of a metric's series that have these labels."""
    with urllib.request.urlopen(url, timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return [
        float(line.rpartition("}")[2].split()[0])
        for line in lines
        if line.startswith(f"{name}{{") and all(each in line for each in wanted)
    ]


def _with_one_sampler(folder: Path, address: str) -> Path:
    told: dict[str, Any] = yaml.safe_load((CONFIGURATIONS / "agent.yaml").read_text("utf-8"))
    spreading = told["exporters"].pop("load_balancing")
    told["exporters"]["otlp_grpc"] = {**spreading["protocol"]["otlp"], "endpoint": address}
    assert told["service"]["pipelines"]["traces"]["exporters"][-1] == "load_balancing"
    told["service"]["pipelines"]["traces"]["exporters"][-1] = "otlp_grpc"
    path = folder / "agent.yaml"
    path.write_text(yaml.safe_dump(told), encoding="utf-8")
    return path


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
        _wait_for(_metrics(port), process)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=_STOP_SECONDS)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except URLError:
            continue
        return
    process.kill()
    raise AssertionError(f"the collector did not start: {process.communicate()[1].decode()}")


def _metrics(port: int) -> str:
    return f"http://127.0.0.1:{port}/metrics"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
