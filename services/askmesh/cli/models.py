"""Which language model a machine bears, and fetching all that runs: models, Triton for CPUs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.options import home_option
from askmesh.errors import StartupError
from askmesh.models import (
    CATALOG,
    ENCODERS,
    QWEN25_CODER_0_5B_INSTRUCT,
    QWEN25_CODER_1_5B_INSTRUCT,
    SMOLLM2_135M_INSTRUCT,
    ModelStore,
)


@click.group()
def models() -> None:
    """Manage models."""


@models.command()
@home_option
@click.option("--triton/--no-triton", default=None, help="Install Triton  [default: without NAMES]")
@click.argument("names", nargs=-1, type=click.Choice(list(CATALOG)), metavar="[NAMES]...")
def pull(home: Path, triton: bool | None, names: tuple[str, ...]) -> None:  # noqa: FBT001 - an option
    """Fetch and verify models, and install the Triton server for CPUs.

    Without NAMES: what `askmesh up` needs. With NAMES: these models.
    """
    _pull(home, names or (*ENCODERS, choice(available_memory())[0]), Console())
    if not names if triton is None else triton:
        _install_triton(home)


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


def _pull(home: Path, names: Sequence[str], console: Console) -> None:
    """Fetch and verify these models of the catalogue. What is there already costs nothing."""
    store = ModelStore(home)
    for name in names:
        console.print(f"{name}: {store.resolve(CATALOG[name], console.print)}")


def _install_triton(home: Path) -> None:
    """Install the Triton server for CPUs, in an environment of its own."""
    result = subprocess.run(
        [sys.executable, "-m", "askmesh.triton_cpu", "--install"],
        env={**os.environ, "ASKMESH_HOME": str(home)},
        check=False,
    )
    if result.returncode:
        raise StartupError("TRITON_UNAVAILABLE", "Triton was not installed: see above for why")


_GIGABYTE = 1 << 30
_NEEDED = (
    (QWEN25_CODER_1_5B_INSTRUCT.name, 4 * _GIGABYTE),
    (QWEN25_CODER_0_5B_INSTRUCT.name, 3 * _GIGABYTE),
)
"""Memory for the model, Triton and all services together."""


def model_for(memory_bytes: int) -> str:
    """Return the best model that fits a mesh with this much memory."""
    return next(
        (name for name, needed in _NEEDED if memory_bytes >= needed), SMOLLM2_135M_INSTRUCT.name
    )


def choice(memory_bytes: int) -> tuple[str, str]:
    """Return the model, and what to tell about it where it is not the best one."""
    model = model_for(memory_bytes)
    if model == _NEEDED[0][0]:
        return model, ""
    return model, (
        f"Only {memory_bytes / _GIGABYTE:.1f} GB of memory are free: {model} writes the answers, "
        f"and not as well as {_NEEDED[0][0]} would (--model chooses)."
    )


def available_memory(
    meminfo: Path = Path("/proc/meminfo"), control_group: Path = Path("/sys/fs/cgroup")
) -> int:
    """Return the bytes that new processes can have, also inside a container."""
    lines = meminfo.read_text(encoding="ascii").splitlines()
    free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    try:
        limit = int((control_group / "memory.max").read_text())
        used = int((control_group / "memory.current").read_text())
    except (OSError, ValueError):  # no control group, or no limit
        return free
    return min(free, limit - used)
