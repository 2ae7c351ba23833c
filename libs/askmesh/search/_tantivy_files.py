"""Checks the files of a tantivy index against the checksums in their footers."""

import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_TRAILER = struct.Struct("<II")  # length of the JSON footer, magic number
_MAGIC = 1337
_SUFFIXES = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_CHUNK = 1 << 20


def damage(folder: Path) -> str | None:
    """Return what is wrong with the index in the folder, or nothing if it is whole."""
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        return next((f"{path.name} is torn" for path in _files(folder, meta) if _torn(path)), None)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        return str(error) or type(error).__name__


def _files(folder: Path, meta: dict[str, Any]) -> Iterator[Path]:
    for segment in meta["segments"]:
        name = segment["segment_id"].replace("-", "")
        yield from (folder / f"{name}.{suffix}" for suffix in _SUFFIXES)
        if segment["deletes"] is not None:
            yield folder / f"{name}.{segment['deletes']['opstamp']}.del"


def _torn(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(size - _TRAILER.size)
        footer_size, magic = _TRAILER.unpack(file.read(_TRAILER.size))
        body_size = size - _TRAILER.size - footer_size
        if magic != _MAGIC or body_size < 0:
            return True
        file.seek(body_size)
        expected = int(json.loads(file.read(footer_size))["crc"])
        file.seek(0)
        return _checksum_of(file.read, body_size) != expected


def _checksum_of(read: Callable[[int], bytes], size: int) -> int:
    checksum = 0
    while size > 0 and (chunk := read(min(size, _CHUNK))):
        checksum = zlib.crc32(chunk, checksum)
        size -= len(chunk)
    return checksum
