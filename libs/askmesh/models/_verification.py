"""Which files are what their hashes promise. A file that nobody touched is hashed once."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from askmesh.models._spec import ModelFile, ModelIntegrityError, ModelSpec, ShowProgress

_MARKER = "verified.json"
_STAMPS = TypeAdapter(dict[str, tuple[str, int, int]])


def is_verified(folder: Path, spec: ModelSpec) -> bool:
    """Whether all files of the model are in `folder` as they should be."""
    try:
        stamps = _STAMPS.validate_json((folder / _MARKER).read_bytes())
        return all(
            stamps.get(file.name) == _stamp(folder / file.name, file.sha256)
            or _sha256(folder / file.name) == file.sha256
            for file in spec.files
        )
    except (OSError, ValueError):
        return False


def mark_verified(folder: Path, spec: ModelSpec) -> None:
    """Note that the hashes of these files were right."""
    stamps = {file.name: _stamp(folder / file.name, file.sha256) for file in spec.files}
    (folder / _MARKER).write_bytes(_STAMPS.dump_json(stamps, indent=1))


def _stamp(path: Path, sha256: str) -> tuple[str, int, int]:
    status = path.stat()
    return sha256, status.st_size, status.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_wrong(
    files: Sequence[ModelFile], folder: Path, source: str, progress: ShowProgress
) -> list[ModelIntegrityError]:
    """Delete those files that are not what they should be, and say so."""
    refused: list[ModelIntegrityError] = []
    for file in files:
        path = folder / file.name
        if path.exists() and (found := _sha256(path)) != file.sha256:
            path.unlink()
            refused.append(ModelIntegrityError(file.name, source, file.sha256, found))
            progress(str(refused[-1]))
    return refused
