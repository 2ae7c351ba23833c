"""A real Tempo with the configuration that the chart ships."""

import json
import os
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.collectors import CONFIGURATIONS
from support.go_programs import TEMPO
from support.ports import free_address, free_port
from support.starting import wait_for_page

_START_SECONDS = 100.0


@dataclass(frozen=True, slots=True)
class RunningTempo:
    """Takes traces at `address`, and finds them."""

    address: str
    url: str

    def found(self, query: str) -> set[str]:
        """Return the ids of the traces that a query of TraceQL finds, of 32 digits each."""
        told = urllib.parse.urlencode({"q": query, "limit": 100})
        with urllib.request.urlopen(f"{self.url}/api/search?{told}", timeout=60) as reply:
            return {each["traceID"].rjust(32, "0") for each in json.load(reply)["traces"]}


@contextmanager
def running_tempo(folder: Path) -> Generator[RunningTempo]:
    """Run a Tempo that keeps what it gets in `folder`, until the block ends."""
    address, port = free_address(), free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            TEMPO.folder() / "tempo",
            f"-config.file={CONFIGURATIONS / 'tempo.yaml'}",
            "-config.expand-env=true",
            f"-server.http-listen-port={port}",
            f"-server.grpc-listen-port={free_port()}",
            f"-memberlist.bind-port={free_port()}",
            f"-storage.trace.local.path={folder / 'blocks'}",
            f"-storage.trace.wal.path={folder / 'wal'}",
        ],
        env={**os.environ, "TEMPO_OTLP_ADDRESS": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_page(f"{url}/ready", process, seconds=_START_SECONDS)
        yield RunningTempo(address, url)
    finally:
        process.kill()  # asked to end, it may wait for minutes
        process.wait()
