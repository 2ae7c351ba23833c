"""What a model is: a name, a revision, and files known by their SHA-256."""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str], None]
"""Called with one line of text for each step that takes time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file: its name in the model's folder, its hash, and where each source keeps it."""

    name: str
    sha256: str
    hub_path: str = ""
    """Path in the hub's repository; empty when the hub does not have this exact file."""
    package_path: str = ""
    """Path in the Python package; empty when the package does not have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model in one exact revision."""

    name: str
    revision: str
    files: tuple[ModelFile, ...]
    hub_repository: str = ""
    hub_revision: str = "main"
    package: str = ""
    """Requirement of a Python package that carries the files, pinned: `name==version`."""

    @property
    def identity(self) -> str:
        """`name@revision`, for cache keys and folder names."""
        return f"{self.name}@{self.revision}"
