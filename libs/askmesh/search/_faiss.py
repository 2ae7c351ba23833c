"""Exact vector search, on FAISS, over rows that may be mapped from a file."""

from collections.abc import Callable
from typing import Protocol, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from askmesh.search._types import IndexUnavailableError, Vector

_DENSE = 3
_SPARE = 1.5
_SPARE_ROWS = 16


def nearest(
    rows: Vector, vector: Vector, limit: int, admitted: NDArray[np.bool_] | None
) -> list[tuple[float, int]]:
    """Return scores and numbers of the best `limit` rows, best first, among those admitted.

    Rows are neither copied nor changed. Any number of threads may search at once; the interpreter
    lock is released.
    """
    if admitted is None:
        return _search(rows, vector, limit, None)
    count = int(np.count_nonzero(admitted))
    if count * _DENSE >= len(rows) > 0:
        # Where most rows are admitted, finding some too many costs less than asking for each row.
        size = int(limit * len(rows) / count * _SPARE) + _SPARE_ROWS
        found = [hit for hit in _search(rows, vector, size, None) if admitted[hit[1]]]
        if len(found) >= limit or size >= len(rows):
            return found[:limit]
    return _search(rows, vector, limit, admitted) if count else []


def prepare_thread() -> None:
    """Keep FAISS from starting threads of its own below the current one.

    A search of one vector has nothing to share out, and waiting for a team of threads costs several
    times the search when cores are busy.
    """
    _faiss.omp_set_num_threads(1)


class _Faiss(Protocol):
    """What this module uses of the library, with its real types."""

    def swig_ptr(self, array: NDArray[np.float32] | NDArray[np.int64]) -> object: ...
    def IDSelectorBitmap(self, bitmap: NDArray[np.uint8]) -> object: ...  # noqa: N802 - named by the library
    def omp_set_num_threads(self, num_threads: int) -> None: ...

    knn_inner_product: Callable[..., None]


_faiss = cast("_Faiss", faiss)


def _search(
    rows: Vector, vector: Vector, limit: int, admitted: NDArray[np.bool_] | None
) -> list[tuple[float, int]]:
    size = min(limit, len(rows))
    if size == 0:
        return []
    scores, numbers = np.empty(size, np.float32), np.empty(size, np.int64)
    query = np.ascontiguousarray(vector, np.float32)
    try:
        _faiss.knn_inner_product(
            *(_faiss.swig_ptr(query), _faiss.swig_ptr(rows)),
            *(rows.shape[1], 1, len(rows), size),
            *(_faiss.swig_ptr(scores), _faiss.swig_ptr(numbers)),
            _only(admitted),
        )
    except RuntimeError as error:
        raise IndexUnavailableError("The vector index does not answer.") from error
    found = zip(scores.tolist(), numbers.tolist(), strict=True)
    return [(score, number) for score, number in found if number >= 0]


def _only(admitted: NDArray[np.bool_] | None) -> object:
    if admitted is None:
        return None
    return _faiss.IDSelectorBitmap(np.packbits(admitted, bitorder="little"))
