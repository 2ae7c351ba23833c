"""Flame graphs of hot paths: who calls whom, and who works more or less than was accepted."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.gate.comparing import Works
from benchmarks.gate.counting import Work

from askmesh.cli.flame_graph import flame_graph, flames_of, own_amounts


def draw(folder: Path, case: str, stacks: Mapping[tuple[str, ...], int], before: Works) -> Path:
    """Write the flame graph of a case into `folder`, which may be new, and return its path."""
    whole = max(sum(work.own for work in before.values()), 1)
    changes = {
        name: (own - before.get(name, Work()).own) / whole
        for name, own in own_amounts(stacks).items()
    }
    drawn = flame_graph(flames_of(stacks, case), unit=1, unit_name="bytecodes", changes=changes)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case.replace(', ', '-').replace(' ', '-')}.svg"
    path.write_text(drawn, encoding="utf-8")
    return path
