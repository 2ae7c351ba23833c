"""Which folder of this machine has which name in a mesh: two that share one would mix."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from askmesh.client import source_of_folder
from askmesh.errors import InvalidRequestError

_FILE = "folders.json"


class FolderNames:
    """Remembers, in a file of this machine, where the synced folders of one tenant stand.

    Names of documents say nothing of where a folder stands, so that they are the same on every
    machine. Therefore two folders of one name would replace and delete each other's documents.
    """

    def __init__(self, home: Path, gateway: str, tenant: str) -> None:
        self._file = home / _FILE
        self._mesh = f"{gateway}/{tenant}"

    def check(self, paths: Iterable[Path], name: str) -> None:
        """Raise `InvalidRequestError` if a folder has the name of another one."""
        known = dict(self._read().get(self._mesh, {}))
        for path in paths:
            folder = path if path.is_dir() else path.parent
            prefix, place = source_of_folder(folder, name), str(folder.resolve())
            other = known.setdefault(prefix, place)
            if path.is_dir() and other != place and Path(other).is_dir():
                raise InvalidRequestError(
                    "FOLDER_NAME_TAKEN",
                    f"{other} has the name {prefix.rstrip('/')}, too: the documents of both would "
                    "mix. Give one of them another name with --name",
                    field="path",
                )

    def keep(self, path: Path, name: str) -> None:
        """Remember the name of a folder; where nothing can be remembered, nothing is."""
        known = {mesh: dict(folders) for mesh, folders in self._read().items()}
        prefix, place = source_of_folder(path, name), str(path.resolve())
        if known.get(self._mesh, {}).get(prefix) != place:
            known.setdefault(self._mesh, {})[prefix] = place
            self._write(known)

    def _read(self) -> Mapping[str, Mapping[str, str]]:
        try:
            return cast("dict[str, dict[str, str]]", json.loads(self._file.read_bytes()))
        except (OSError, ValueError):
            return {}

    def _write(self, known: Mapping[str, Mapping[str, str]]) -> None:
        text = json.dumps(known, indent=2, ensure_ascii=False)
        new = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(f"{text}\n", encoding="utf-8")
            new.replace(self._file)
        except OSError:
            return
