"""Segments of vectors: files that never change, and which of their documents are live."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import AccessList, Filter
from askmesh.search._faiss import nearest
from askmesh.search._folders import sync_folder, write_durably
from askmesh.search._types import Hit, Vector
from askmesh.search._vector_columns import (
    Columns,
    Keys,
    from_arrays,
    to_arrays,
)
from askmesh.search._vector_rows import DocumentRows


class DamagedError(ValueError):
    """The index on disk is torn, corrupt, or of another version or dimension."""


@dataclass(frozen=True, slots=True)
class SegmentFiles:
    """The name of a segment, and the SHA-256 of its two files."""

    name: str
    vectors: str
    columns: str


@dataclass(frozen=True, slots=True, eq=False)
class VectorSegment:
    """Vectors of whole documents, mapped from a file, and which documents are live."""

    files: SegmentFiles
    vectors: Vector
    columns: Columns
    live: NDArray[np.bool_]

    def live_rows(self) -> int:
        """Return how many rows the live documents have."""
        return int(np.diff(self.columns.starts)[self.live].sum())

    def count(self, tenant: str, condition: Filter) -> int:
        """Return how many rows the live documents of a tenant have that meet the condition."""
        documents = self.columns.tenants.get(tenant, slice(0, 0))
        admitted = self._admitted(documents, tenant, condition)
        return int(np.diff(self.columns.starts)[documents][admitted].sum())

    def access_lists(self, tenant: str) -> Mapping[str, AccessList]:
        """Return by their keys the access lists that live documents of a tenant have."""
        documents = self.columns.tenants.get(tenant, slice(0, 0))
        used: list[int] = np.unique(
            self.columns.access_of[documents][self.live[documents]]
        ).tolist()
        return self.columns.access.numbered(used)

    def without(self, keys: Mapping[str, Keys]) -> "VectorSegment":
        """Return the segment with the documents of these keys, by tenant, dead."""
        places = [self.columns.positions(tenant, wanted) for tenant, wanted in keys.items()]
        dead = np.concatenate(places) if places else np.empty(0, np.int64)
        if not self.live[dead].any():
            return self
        live = self.live.copy()
        live[dead] = False
        return replace(self, live=live)

    def died_since(self, earlier: "VectorSegment") -> dict[str, Keys]:
        """Return the keys, by tenant, of the documents that were live and are not any more."""
        died = earlier.live & ~self.live
        return {
            tenant: self.columns.keys[part][died[part]]
            for tenant, part in self.columns.tenants.items()
        }

    def search(
        self, tenant: str, vector: Vector, limit: int, condition: Filter
    ) -> list[tuple[float, int]]:
        """Return scores and rows of the best live passages that meet the condition, best first."""
        documents = self.columns.tenants.get(tenant, slice(0, 0))
        admitted = self._admitted(documents, tenant, condition)
        rows = self.columns.rows_of(documents)
        found = nearest(self.vectors[rows], vector, limit, self._rows(documents, admitted))
        return [(score, rows.start + row) for score, row in found]

    def hit(self, score: float, row: int) -> Hit:
        """Return the passage of a row."""
        return Hit(self.columns.passage_ids[row], score)

    def documents(self) -> Iterator[DocumentRows]:
        """Yield the live documents, in order."""
        columns = self.columns
        for tenant, part in columns.tenants.items():
            for at in (np.flatnonzero(self.live[part]) + part.start).tolist():
                rows = columns.rows_of(slice(at, at + 1))
                attributes = slice(*columns.attribute_starts[at : at + 2].tolist())
                yield DocumentRows(
                    tenant=tenant,
                    key=int(columns.keys[at]),
                    source=columns.source(at),
                    time=int(columns.times[at]),
                    attributes=columns.attribute_keys[attributes].tolist(),
                    access=columns.access.lists[columns.access_of[at]],
                    passage_ids=[columns.passage_ids[row] for row in range(rows.start, rows.stop)],
                    vectors=self.vectors[rows],
                )

    def _admitted(self, documents: slice, tenant: str, condition: Filter) -> NDArray[np.bool_]:
        if condition.admits_everything:
            return self.live[documents]
        return self.live[documents] & self.columns.admitted(documents, tenant, condition)

    def _rows(self, documents: slice, admitted: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
        if admitted.all():
            return None
        starts = self.columns.starts[documents.start : documents.stop + 1]
        return np.repeat(admitted, np.diff(starts))


class SegmentFolder:
    """Makes segments and reads them again. Any number of threads may make some at once."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        folder.mkdir(parents=True, exist_ok=True)
        names = [int(path.name.split(".")[0]) for path in folder.iterdir()]
        self._names = count(max(names, default=0) + 1)

    def make(self, documents: Sequence[DocumentRows]) -> VectorSegment:
        """Return a segment of at least one document, durable. Raises `OSError`."""
        in_order = sorted(documents, key=lambda document: (document.tenant, document.key))
        columns = Columns.of(in_order)
        name = str(next(self._names))
        files = SegmentFiles(
            name,
            write_durably(self._vectors(name), self._vector_parts(in_order)),
            write_durably(self._columns(name), [_packed(columns)]),
        )
        sync_folder(self._folder)
        return VectorSegment(files, self._mapped(name), columns, np.ones(len(in_order), np.bool_))

    def read(self, files: SegmentFiles, live: NDArray[np.bool_]) -> VectorSegment:
        """Return a segment that was made. Raises `DamagedError` and `OSError`."""
        for path, digest in (
            (self._vectors(files.name), files.vectors),
            (self._columns(files.name), files.columns),
        ):
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise DamagedError(f"{path.name} does not match its checksum")
        with np.load(self._columns(files.name)) as arrays:
            columns = from_arrays(dict(arrays))
        return VectorSegment(files, self._mapped(files.name), columns, live)

    def remove_others(self, segments: Sequence[VectorSegment]) -> None:
        """Remove the files of all other segments. Searches that read them still can."""
        names = {segment.files.name for segment in segments}
        for path in self._folder.iterdir():
            if path.name.split(".")[0] not in names:
                path.unlink()

    def _vectors(self, name: str) -> Path:
        return self._folder / f"{name}.vectors.npy"

    def _columns(self, name: str) -> Path:
        return self._folder / f"{name}.columns.npz"

    def _mapped(self, name: str) -> Vector:
        mapped: Vector = np.load(self._vectors(name), mmap_mode="r")
        return mapped

    def _vector_parts(self, documents: Sequence[DocumentRows]) -> Iterator[bytes | memoryview]:
        rows = sum(len(document.vectors) for document in documents)
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "<f4", "fortran_order": False, "shape": (rows, self._dimension)}
        )
        yield header.getvalue()
        for document in documents:
            yield np.ascontiguousarray(document.vectors).tobytes()


def _packed(columns: Columns) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **to_arrays(columns))
    return packed.getvalue()
