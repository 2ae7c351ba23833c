"""A mesh as a person starts it: `askmesh up`, in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from random import SystemRandom
from urllib.request import urlopen

from askmesh.cli.layout import SERVICES
from askmesh.models import SMOLLM2_135M_INSTRUCT
from support.ports import is_free
from support.triton import askmesh_home, generations_in_flight

START_SECONDS = 100.0
STOP_SECONDS = 60.0
PATIENT = {
    **{
        f"GATEWAY_{stage}_SECONDS": "10"
        for stage in ("UNDERSTANDING", "RETRIEVAL", "RERANKING", "SUMMARY_SILENCE", "SHARING")
    },
    "RERANKING_BUDGET_SECONDS": "8",
    "RERANKING_UNHURRIED_SECONDS": "8",
    "RETRIEVAL_SEARCH_SECONDS": "8",
}
"""Settings by which answers go without nothing on a machine that is busy with other things."""
_RESIDENT_BYTES = re.compile(r"^process_resident_memory_bytes (\S+)", re.MULTILINE)
_BASE_PORTS = range(20_000, 32_600, 200)
"""Below the ports that systems give to connections, which may take one at any moment."""
PORT_OFFSETS = (
    *range(6),
    *range(10, 13),
    *range(20, 26),
    90,
    91,
    *range(100, 106),
    *range(120, 126),
)
"""Those of two replicas of each service, and of an observer."""


@dataclass
class RunningMesh:
    """A mesh, its addresses and what it has printed so far."""

    process: subprocess.Popen[str]
    base_port: int
    lines: list[str] = field(default_factory=list[str])
    serves: threading.Event = field(default_factory=threading.Event)

    @property
    def gateway(self) -> str:
        return f"127.0.0.1:{self.base_port}"

    @property
    def ingestion(self) -> str:
        return f"127.0.0.1:{self.base_port + 1}"

    def metrics(self, service: int) -> str:
        """Return where the metrics of a service are, by its place after the gateway."""
        return f"http://127.0.0.1:{self.base_port + 100 + service}/metrics"

    @property
    def triton_metrics(self) -> str:
        """Where the metrics of this mesh's own Triton are."""
        return f"http://127.0.0.1:{self.base_port + 12}/metrics"

    def resident_bytes(self) -> dict[str, float]:
        """Return the resident memory of every service, as it says itself."""
        sizes: dict[str, float] = {}
        for place, name in enumerate(SERVICES):
            with urlopen(self.metrics(place), timeout=60) as reply:
                found = _RESIDENT_BYTES.search(reply.read().decode())
            if found is None:
                raise AssertionError(f"{name} does not say how large it is")
            sizes[name] = float(found[1])
        return sizes

    def generations_in_flight(self) -> int:
        """Return how many generations run or wait in this mesh's own Triton."""
        return generations_in_flight(f"127.0.0.1:{self.base_port + 12}", "ensemble")

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def read(self) -> None:
        """Take the output line by line until it ends."""
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))
            if "The mesh serves" in line:
                self.serves.set()
        self.serves.set()  # there is nothing more to wait for


@contextmanager
def running_mesh(
    home: Path, *options: str, environment: Mapping[str, str] | None = None
) -> Generator[RunningMesh]:
    """Start a mesh with models from `askmesh_home()` and its data in `home`; stop it by Ctrl-C."""
    link_models(home)
    base_port = free_base_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "askmesh.cli", "up"),
            *("--home", str(home), "--base-port", str(base_port)),
            *("--model", SMOLLM2_135M_INSTRUCT.name),
            *options,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": "1000", **(environment or {})},
    )
    mesh = RunningMesh(process, base_port)
    reader = threading.Thread(target=mesh.read)
    reader.start()
    try:
        if not mesh.serves.wait(START_SECONDS) or process.poll() is not None:
            raise AssertionError(f"the mesh did not start:\n{mesh.output}")
        yield mesh
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
        reader.join()
        if process.stdout:
            process.stdout.close()


def link_models(home: Path) -> None:
    """Make the installed models and servers appear in `home`."""
    home.mkdir(parents=True, exist_ok=True)
    for installed in askmesh_home().iterdir():
        if installed.name == "models" or installed.name.startswith("triton-"):
            link = home / installed.name
            if not link.exists():
                link.symlink_to(installed)


def free_base_port() -> int:
    """Return a port that is free together with all others that a mesh takes.

    It is looked for from anywhere on, so that others who look get other ones.
    """
    first = SystemRandom().randrange(len(_BASE_PORTS))
    for base_port in chain(_BASE_PORTS[first:], _BASE_PORTS[:first]):
        if all(is_free(base_port + offset) for offset in PORT_OFFSETS):
            return base_port
    raise AssertionError("no range of ports is free")
