"""Vectors as bytes, for those who keep them."""

import numpy as np
from numpy.typing import NDArray

_FORM = np.dtype("<f4")


def vector_to_bytes(vector: NDArray[np.float32]) -> bytes:
    """Return the numbers, packed."""
    return vector.astype(_FORM).tobytes()


def vector_from_bytes(content: bytes, dimension: int) -> NDArray[np.float32] | None:
    """Return the vector, not to be written to; None if it is damaged or of another dimension."""
    if len(content) != dimension * _FORM.itemsize:
        return None
    return np.frombuffer(content, dtype=_FORM)
