"""The model store: from a model's name and hashes to a folder of verified files."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter

from askmesh.models._errors import ModelIntegrityError, ModelUnavailableError, SourceError
from askmesh.models._hub import HuggingFaceHub
from askmesh.models._sources import LocalDirectory, ModelSource, PythonPackage
from askmesh.models._spec import ModelFile, ModelSpec, Progress

MODEL_DIRECTORY_VARIABLE = "ASKMESH_MODEL_DIRECTORY"
_MARKER = "verified.json"
_STAMPS = TypeAdapter(dict[str, tuple[str, int, int]])


def default_sources() -> list[ModelSource]:
    """The directory in ASKMESH_MODEL_DIRECTORY (if set), the Hugging Face hub, a Python package."""
    directory = os.environ.get(MODEL_DIRECTORY_VARIABLE)
    local: list[ModelSource] = [LocalDirectory(Path(directory))] if directory else []
    return [*local, HuggingFaceHub(), PythonPackage()]


def _silent(_: str) -> None:
    """Show no progress."""


class ModelStore:
    """Models under `<home>/models`, each in a folder of its own, verified file by file.

    Safe to use from several processes at once: one of them fetches, the others wait for it.
    """

    def __init__(self, home: Path, *, sources: Sequence[ModelSource] | None = None) -> None:
        self._folder = home / "models"
        self._sources = default_sources() if sources is None else list(sources)

    def resolve(self, spec: ModelSpec, progress: Progress = _silent) -> Path:
        """The folder with the model's files, fetched first where that is needed. Blocks.

        A file that was verified before is hashed again only when its size or time has changed.

        Raises:
            ModelUnavailableError: The model is not here, and no source has it or the folder of
                models cannot be written.
            ModelIntegrityError: Sources have it only with a wrong hash.
        """
        folder = self._folder / spec.identity
        if _is_verified(folder, spec):
            return folder
        try:
            with _locked(self._folder / f".{spec.identity}.lock"):
                if not _is_verified(folder, spec):
                    self._fetch(spec, folder, progress)
        except OSError as error:
            raise _not_writable(spec, self._folder, error) from error
        return folder

    def has(self, spec: ModelSpec) -> bool:
        """Whether the model is here already, so that `resolve` needs no source."""
        return _is_verified(self._folder / spec.identity, spec)

    def _fetch(self, spec: ModelSpec, folder: Path, progress: Progress) -> None:
        temporary = folder.with_name(f".{spec.identity}.partial")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            self._fill(spec, temporary, progress)
            _write_marker(temporary, spec)
            shutil.rmtree(folder, ignore_errors=True)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _fill(self, spec: ModelSpec, folder: Path, progress: Progress) -> None:
        missing = list(spec.files)
        answers: list[str] = []
        refused: list[ModelIntegrityError] = []
        for source in self._sources:
            try:
                source.fetch(spec, missing, folder, progress)
            except (SourceError, OSError) as error:
                answers.append(f"{source.name}: {error}")
            refused += _refuse_wrong(missing, folder, source.name, progress)
            missing = [file for file in missing if not (folder / file.name).exists()]
            if not missing:
                return
        raise refused[-1] if refused else _unavailable(spec, answers)


def _refuse_wrong(
    files: Sequence[ModelFile], folder: Path, source: str, progress: Progress
) -> list[ModelIntegrityError]:
    refused: list[ModelIntegrityError] = []
    for file in files:
        path = folder / file.name
        if path.exists() and (found := _sha256(path)) != file.sha256:
            path.unlink()
            refused.append(ModelIntegrityError(file.name, source, file.sha256, found))
            progress(str(refused[-1]))
    return refused


def _unavailable(spec: ModelSpec, answers: Sequence[str]) -> ModelUnavailableError:
    return ModelUnavailableError(
        f"The model {spec.name} is not on this machine and could not be fetched: connect to a "
        f"network and try again, or set {MODEL_DIRECTORY_VARIABLE} to a directory that has "
        f"{spec.name}/{spec.files[0].name} ({'; '.join(answers) or 'no source is set'})"
    )


def _not_writable(spec: ModelSpec, folder: Path, error: OSError) -> ModelUnavailableError:
    return ModelUnavailableError(
        f"The model {spec.name} is not in {folder} and cannot be written there "
        f"({error.strerror or error}): run `askmesh models pull {spec.name}` as a user who can "
        "write that folder, or set ASKMESH_HOME to another one"
    )


def _is_verified(folder: Path, spec: ModelSpec) -> bool:
    try:
        stamps = _STAMPS.validate_json((folder / _MARKER).read_bytes())
        return all(
            stamps.get(file.name) == _stamp(folder / file.name, file.sha256)
            or _sha256(folder / file.name) == file.sha256
            for file in spec.files
        )
    except (OSError, ValueError):
        return False


def _write_marker(folder: Path, spec: ModelSpec) -> None:
    stamps = {file.name: _stamp(folder / file.name, file.sha256) for file in spec.files}
    (folder / _MARKER).write_bytes(_STAMPS.dump_json(stamps, indent=1))


def _stamp(path: Path, sha256: str) -> tuple[str, int, int]:
    status = path.stat()
    return sha256, status.st_size, status.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(path: Path) -> Generator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
