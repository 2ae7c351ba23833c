"""GGUF files that hold metadata and nothing else."""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

Value = str | int | bool | Sequence[str] | Sequence[int]


def gguf_file(folder: Path, metadata: Mapping[str, Value]) -> Path:
    """Write a file with these key-value pairs."""
    pairs = b"".join(
        _string(name) + _kind(value) + _packed(value) for name, value in metadata.items()
    )
    path = folder / "model.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(metadata)) + pairs)
    return path


def _kind(value: Value) -> bytes:
    kinds: tuple[tuple[type, int], ...] = ((bool, 7), (int, 4), (str, 8))
    return struct.pack("<I", next((kind for of, kind in kinds if isinstance(value, of)), 9))


def _packed(value: Value) -> bytes:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return struct.pack("<?", value)
    if isinstance(value, int):
        return struct.pack("<I", value)
    inner = _kind(value[0]) if value else _kind("")
    return inner + struct.pack("<Q", len(value)) + b"".join(_packed(item) for item in value)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded
