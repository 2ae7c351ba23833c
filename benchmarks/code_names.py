"""Names of classes and types in libs and services, as far as they are written by hand."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE_ROOTS = ("libs", "services")
SAME_NAME_ALLOWED = {
    "Settings": "what a service reads from its environment; no code sees those of two services",
    "TritonPythonModel": "Triton looks for a class of this name in each model",
}
"""Public names that more than one module may define, and why."""


def modules(root: Path = ROOT) -> list[Path]:
    """Return the Python files of libs and services that are written by hand."""
    found = (path for source in SOURCE_ROOTS for path in (root / source).rglob("*.py"))
    return sorted(path for path in found if "_pb2" not in path.name)


def repeated_names(paths: Sequence[Path]) -> dict[str, list[str]]:
    """Return the public names of classes and types that several modules define, and which do."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for name in names(path):
            places[name].append(str(path))
    return {
        name: found
        for name, found in sorted(places.items())
        if len(found) > 1 and name not in SAME_NAME_ALLOWED
    }


def names(path: Path) -> Iterator[str]:
    """Yield the public names of classes and types that a module defines."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        name = _name_of(node)
        if name and name[0].isupper() and not name.isupper():
            yield name


def _name_of(node: ast.stmt) -> str:
    match node:
        case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return "" if _is_type_variable(value) else name
        case _:
            return ""


def _is_type_variable(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) in {"TypeVar", "ParamSpec"}
