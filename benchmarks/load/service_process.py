"""One process of a mesh, which can be restarted and says what it counts."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from askmesh.cli.health import wait_until_serving
from askmesh.cli.layout import MeshLayout, service_of
from askmesh.cli.mesh import BUSY_FOR_LONG

START_SECONDS = 400.0
NICENESS = 5
"""Clients have machines of their own, and measure what the mesh does: they come first here."""
_SAMPLE = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)$", re.MULTILINE)
_QUIET = {"GRPC_VERBOSITY": "NONE", "PYTHONUNBUFFERED": "1"}


@dataclass
class ServiceProcess:
    """One process of the mesh, at an address that it has again after each start."""

    name: str
    layout: MeshLayout
    variables: Mapping[str, str]
    log: Path
    process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The id of the process, which runs."""
        if self.process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self.process.pid

    async def start(self) -> None:
        """Start it and wait until it serves."""
        environment = {**os.environ, **self.layout.environment(self.name), **self.variables}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *("nice", "-n", str(NICENESS)),
                *(sys.executable, "-m", f"askmesh.{service_of(self.name)}"),
                env={**environment, **_QUIET},
                stdout=log,
                stderr=log,
                start_new_session=service_of(self.name) in BUSY_FOR_LONG,
            )
        async with asyncio.timeout(START_SECONDS), asyncio.TaskGroup() as tasks:
            guard = tasks.create_task(self._must_run())
            await wait_until_serving(self.layout.address(self.name))
            guard.cancel()

    async def _must_run(self) -> None:
        if self.process is not None:
            await self.process.wait()
        raise RuntimeError(f"{self.name} ended: {self.log.read_text(encoding='utf-8')[-2000:]}")

    async def stop(self) -> None:
        """Ask it to end, as a rollout does, and wait until what it was doing is done."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    def samples(self) -> Iterator[tuple[str, str, float]]:
        """Yield the names, labels and values of its metrics."""
        service = service_of(self.name).upper()
        address = self.layout.environment(self.name)[f"{service}_METRICS_ADDRESS"]
        with urlopen(f"http://{address}/metrics", timeout=10) as page:
            for found in _SAMPLE.finditer(page.read().decode()):
                yield found["name"], found["labels"] or "", float(found["value"])

    def counted(self, metric: str, *labels: str) -> float:
        """Return the sum of a metric's samples whose labels contain each of these."""
        return sum(
            value
            for name, found, value in self.samples()
            if name == metric and all(label in found for label in labels)
        )
