"""What each function did when somebody last accepted it, in one file."""

import json
import platform
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path

from benchmarks.gate.comparing import Works
from benchmarks.gate.counting import Work

BASELINES = Path(__file__).parent / "baselines.json"
PYTHON = ".".join(platform.python_version_tuple()[:2])
"""Another version has other bytecodes."""


def read(file: Path) -> tuple[str, Mapping[str, Works]]:
    """Return the version of Python that was counted, and the works of each case."""
    told = json.loads(file.read_bytes())
    cases = {
        case: {name: Work(*counts) for name, counts in works.items()}
        for case, works in told["cases"].items()
    }
    return told["python"], cases


def write(file: Path, cases: Mapping[str, Works]) -> None:
    """Write the works of each case, a line for each function: [calls, own, whole]."""
    told = ",\n".join(f"  {json.dumps(case)}: {_lines(cases[case])}" for case in sorted(cases))
    text = f'{{\n "python": "{PYTHON}",\n "cases": {{\n{told}\n }}\n}}\n'
    file.write_text(text, encoding="utf-8")


def _lines(works: Works) -> str:
    lines = (f'   "{name}": {json.dumps(astuple(works[name]))}' for name in sorted(works))
    return "{\n" + ",\n".join(lines) + "\n  }"
