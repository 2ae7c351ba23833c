"""Where a model's files come from. What a source gives is not trusted before it is hashed."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from askmesh.models._spec import ModelFile, ModelSpec, ShowProgress, SourceError


class ModelSource(Protocol):
    """A place that may have a model's files."""

    @property
    def name(self) -> str:
        """What the place is called in messages."""
        ...

    def fetch(
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: ShowProgress
    ) -> None:
        """Write those of `files` that this source has to `into`, under their names.

        Raise `SourceError` if nothing could be had; the message says why.
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
        self, spec: ModelSpec, files: Sequence[ModelFile], into: Path, progress: ShowProgress
    ) -> None:
        """Copy the files that are there."""
        present = [file for file in files if (self._directory / spec.name / file.name).is_file()]
        if not present:
            raise SourceError(f"it has no {spec.name}/{files[0].name}")
        progress(f"{spec.name}: copying from {self.name}")
        for file in present:
            shutil.copyfile(self._directory / spec.name / file.name, into / file.name)
