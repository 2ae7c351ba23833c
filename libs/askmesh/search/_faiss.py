"""Exact vector search, on FAISS."""

from typing import Protocol, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from askmesh.search._types import IndexUnavailableError, Vector


class FlatVectors:
    """Vectors that never change after construction, searched exactly by inner product.

    Searches may run in any number of threads at once; they release the interpreter lock.
    """

    def __init__(self, vectors: Vector) -> None:
        self._index = _faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def __len__(self) -> int:
        return self._index.ntotal

    def vectors(self, start: int, stop: int) -> Vector:
        """Return a copy of the rows from `start` to `stop`."""
        return self._index.reconstruct_n(start, stop - start)

    def search(
        self, vector: Vector, limit: int, admitted: NDArray[np.bool_] | None
    ) -> list[tuple[float, int]]:
        """Return scores and rows of the best `limit` rows, best first, among those admitted."""
        size = min(limit, len(self))
        try:
            scores, rows = self._index.search(vector[np.newaxis], size, params=_only(admitted))
        except RuntimeError as error:
            raise IndexUnavailableError("The vector index does not answer.") from error
        found = zip(scores[0].tolist(), rows[0].tolist(), strict=True)
        return [(score, row) for score, row in found if row >= 0]


def prepare_thread() -> None:
    """Keep FAISS from starting threads of its own below the current one.

    A search of one vector has nothing to share out, and waiting for a team of threads costs several
    times the search when cores are busy.
    """
    _faiss.omp_set_num_threads(1)


class _FlatIndex(Protocol):
    ntotal: int

    def add(self, x: Vector) -> None: ...
    def reconstruct_n(self, n0: int, ni: int) -> Vector: ...
    def search(
        self, x: Vector, k: int, *, params: object
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]: ...


class _Faiss(Protocol):
    """What this module uses of the library, with its real types."""

    def IndexFlatIP(self, d: int) -> _FlatIndex: ...  # noqa: N802 - named by the library
    def IDSelectorBitmap(self, bitmap: NDArray[np.uint8]) -> object: ...  # noqa: N802 - likewise
    def omp_set_num_threads(self, num_threads: int) -> None: ...
    def SearchParameters(self, *, sel: object) -> object: ...  # noqa: N802 - likewise


_faiss = cast("_Faiss", faiss)


def _only(admitted: NDArray[np.bool_] | None) -> object:
    if admitted is None:
        return None
    bits = np.packbits(admitted, bitorder="little")
    return _faiss.SearchParameters(sel=_faiss.IDSelectorBitmap(bits))
