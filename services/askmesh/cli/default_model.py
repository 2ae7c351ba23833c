"""Which language model a machine bears."""

from pathlib import Path

from askmesh.models import (
    QWEN25_CODER_0_5B_INSTRUCT,
    QWEN25_CODER_1_5B_INSTRUCT,
    SMOLLM2_135M_INSTRUCT,
)

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
