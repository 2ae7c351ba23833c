"""Plain values that every database keeps without loss: JSON and float32 bytes."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from askmesh.documents._validation import as_float32


def to_json(value: Mapping[str, str] | Sequence[str]) -> str:
    """Return ASCII JSON, which no database misreads: NUL, dots and dollars included."""
    return json.dumps(dict(value) if isinstance(value, Mapping) else list(value))


def texts_from_json(text: str) -> tuple[str, ...]:
    """Return the sequence that `to_json` was given."""
    return tuple(cast("list[str]", json.loads(text)))


def attributes_from_json(text: str) -> dict[str, str]:
    """Return the mapping that `to_json` was given."""
    return cast("dict[str, str]", json.loads(text))


def to_bytes(embedding: NDArray[np.float32]) -> bytes:
    """Return little-endian float32."""
    return as_float32(embedding).tobytes()


def from_bytes(data: bytes) -> NDArray[np.float32]:
    """Return what `to_bytes` was given, read-only and without copying."""
    return np.frombuffer(data, dtype="<f4")
