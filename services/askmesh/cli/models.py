"""Fetch everything that the mesh runs: models, and the Triton server for CPUs."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from askmesh.errors import StartupError
from askmesh.models import CATALOG, ModelStore


def pull_models(home: Path, names: Sequence[str], console: Console) -> None:
    """Fetch and verify these models of the catalogue. What is there already costs nothing."""
    store = ModelStore(home)
    for name in names:
        console.print(f"{name}: {store.resolve(CATALOG[name], console.print)}")


def install_triton(home: Path) -> None:
    """Install the Triton server for CPUs, in an environment of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "askmesh.triton_cpu", "--install"],
        env={**os.environ, "ASKMESH_HOME": str(home)},
        check=False,
    )
    if result.returncode:
        raise StartupError("TRITON_UNAVAILABLE", "Triton was not installed: see above for why")
