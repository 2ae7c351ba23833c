"""Programs written in Go that some tests start: a collector of traces, Tempo and Prometheus.

`python -m support.go_programs` builds those that are missing: 15 to 40 minutes, 7 GB of caches.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.server_cache import ServerMissingError, kept

_SOURCES = Path(__file__).parent / "go"


@dataclass(frozen=True, slots=True)
class GoProgram:
    """Commands of one Go module of which `tests/support/go` has the versions and checksums."""

    module: str
    packages: tuple[str, ...]

    def folder(self) -> Path:
        """Return where the commands are. Raise `ServerMissingError` if nobody has built them."""
        return kept(self._name(), _not_built)

    def build(self) -> Path:
        """Build what is missing. Raise `ServerMissingError` where there is no Go."""
        return kept(self._name(), self._compile)

    def _name(self) -> str:
        texts = [path.read_bytes() for path in sorted((_SOURCES / self.module).iterdir())]
        return f"{self.module}-{hashlib.sha256(b''.join(texts)).hexdigest()[:12]}"

    def _compile(self, folder: Path) -> None:
        if shutil.which("go") is None:
            raise ServerMissingError("there is no Go (1.26 or later)")
        command = ["go", "build", "-trimpath", "-ldflags=-s -w", "-o", f"{folder}/", *self.packages]
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod -buildvcs=false"}
        with tempfile.TemporaryDirectory() as copied:  # Go adds to what it builds from
            sources = shutil.copytree(_SOURCES / self.module, copied, dirs_exist_ok=True)
            subprocess.run(command, cwd=sources, env=environment, check=True)


COLLECTOR = GoProgram("collector", (".",))
PROMETHEUS = GoProgram(
    "prometheus",
    (
        "github.com/prometheus/prometheus/cmd/prometheus",
        "github.com/prometheus/prometheus/cmd/promtool",
    ),
)

# Under the AGPL: started by tests as a program of its own, never linked, copied or shipped.
TEMPO = GoProgram("tempo", ("github.com/grafana/tempo/cmd/tempo",))


@contextmanager
def if_built(what: str) -> Generator[None]:
    """Skip, aloud, when the block looks for a program that nobody has built."""
    try:
        yield
    except ServerMissingError as error:
        pytest.skip(f"NOT TESTED with {what}: {error}")


def _not_built(_: Path) -> None:
    raise ServerMissingError("call make obs-tools")


if __name__ == "__main__":
    for program in (COLLECTOR, PROMETHEUS, TEMPO):
        sys.stdout.write(f"{program.build()}\n")
