"""Fetch everything that the mesh runs: models, and the Triton server for CPUs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from askmesh.cli.default_model import available_memory, choice
from askmesh.errors import StartupError
from askmesh.models import CATALOG, ENCODERS, ModelStore


def pull_models(home: Path, names: Sequence[str], console: Console) -> None:
    """Fetch and verify these models of the catalogue. What is there already costs nothing."""
    store = ModelStore(home)
    for name in names:
        console.print(f"{name}: {store.resolve(CATALOG[name], console.print)}")


async def ready_model(home: Path, model: str, console: Console) -> str:
    """Return the model to use, once it and the encoders are here.

    Without a name it is the best one that the memory allows, and what is not the best is said.
    """
    name, notice = (model, "") if model else choice(available_memory())
    if notice:
        console.print(notice, style="yellow")
    store = ModelStore(home)
    for spec in map(CATALOG.get, (*ENCODERS, name)):
        if spec:
            await asyncio.to_thread(store.resolve, spec, console.print)
    return name


def install_triton(home: Path) -> None:
    """Install the Triton server for CPUs, in an environment of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "askmesh.triton_cpu", "--install"],
        env={**os.environ, "ASKMESH_HOME": str(home)},
        check=False,
    )
    if result.returncode:
        raise StartupError("TRITON_UNAVAILABLE", "Triton was not installed: see above for why")
