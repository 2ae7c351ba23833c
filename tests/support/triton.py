"""A real Triton server with a real language model, for the time of a test."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

from askmesh.models import SMOLLM2_135M_INSTRUCT
from support.ports import free_address

_START_SECONDS = 110.0
_STOP_SECONDS = 60.0
_REPOSITORY_ROOT = Path(__file__).parents[2]


def askmesh_home() -> Path:
    """Where models and Triton are installed for the tests."""
    return Path(os.environ.get("ASKMESH_HOME") or _REPOSITORY_ROOT / ".askmesh").absolute()


@dataclass(frozen=True, slots=True)
class RunningTriton:
    """A Triton server that answers. It serves `ensemble`, or what it was set to serve."""

    address: str
    metrics_address: str
    process: subprocess.Popen[bytes]

    def in_flight(self, model: str) -> int:
        """Generations of `model` that run or wait now."""
        return generations_in_flight(self.metrics_address, model)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait(_STOP_SECONDS)

    def terminate(self) -> int:
        """Ask it to end, and wait for its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_STOP_SECONDS)


def generations_in_flight(metrics_address: str, model: str) -> int:
    """Return how many generations of `model` run or wait now."""
    with urllib.request.urlopen(f"http://{metrics_address}/metrics", timeout=60) as page:
        text = page.read().decode()
    gauge = rf'^nv_trt_llm_request_metrics{{model="{model}",request_type="(\w+)".*}} (\d+)'
    counts = dict(re.findall(gauge, text, re.MULTILINE))
    return int(counts["active"]) + int(counts["waiting"])


@contextmanager
def running_triton(variables: Mapping[str, str] | None = None) -> Generator[RunningTriton]:
    """Start `python -m askmesh.triton_cpu` on free ports; `variables` are added to its settings."""
    address, http_address, metrics_address = (free_address() for _ in range(3))
    settings = {
        "ASKMESH_HOME": str(askmesh_home()),
        "TRITON_CPU_ADDRESS": address,
        "TRITON_CPU_HTTP_ADDRESS": http_address,
        "TRITON_CPU_METRICS_ADDRESS": metrics_address,
        "TRITON_CPU_EXIT_WITH_PARENT": "true",
        "TRITON_CPU_DRAIN_SECONDS": "5",
        "TRITON_CPU_MODEL": SMOLLM2_135M_INSTRUCT.name,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "askmesh.triton_cpu"],
        env={**os.environ, **settings, **(variables or {})},
    )
    triton = RunningTriton(address, metrics_address, process)
    try:
        _wait_until_ready(triton)
        yield triton
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            triton.kill()


def _wait_until_ready(triton: RunningTriton) -> None:
    options = [("grpc.max_reconnect_backoff_ms", 200), ("grpc.initial_reconnect_backoff_ms", 100)]
    with grpc.insecure_channel(triton.address, options=options) as channel:
        ready = grpc.channel_ready_future(channel)
        for _ in range(int(_START_SECONDS)):
            if triton.process.poll() is not None:
                raise AssertionError(f"Triton ended with exit code {triton.process.returncode}")
            try:
                ready.result(timeout=1)
            except grpc.FutureTimeoutError:
                continue
            return
    raise AssertionError(f"Triton was not ready after {_START_SECONDS} seconds")
