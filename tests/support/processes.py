"""What the operating system says of processes."""

from pathlib import Path

_PAGE_BYTES = 4096


def resident_bytes_of_children(pid: int) -> int:
    """Return the resident memory of all children of a process, and of theirs."""
    parents = {child: _parent(child) for child in _processes()}
    family = {pid}
    while grown := {child for child, parent in parents.items() if parent in family} - family:
        family |= grown
    return sum(_resident_bytes(child) for child in family - {pid})


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(status.rpartition(")")[2].split()[1])


def _resident_bytes(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * _PAGE_BYTES
