"""What can go wrong with a model's files. Messages are sentences for the person at the terminal."""

from askmesh.errors import StartupError


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
