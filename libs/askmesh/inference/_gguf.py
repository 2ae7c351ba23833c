"""What a GGUF file says about its model: the key-value pairs before its tensors."""

import mmap
import struct
from collections.abc import Callable
from pathlib import Path

_MAGIC = b"GGUF"
_OLDEST_VERSION = 2
_NUMBERS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_STRING = 8
_ARRAY = 9

Metadata = dict[str, object]


def gguf_metadata(path: Path) -> Metadata:
    """All key-value pairs of the file. Takes a fraction of a second, whatever the file's size.

    Raises:
        ValueError: This is no GGUF file, or it is cut off.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[: len(_MAGIC)] != _MAGIC:
            raise ValueError("it is no GGUF file")
        try:
            return _Reader(data).pairs()
        except (struct.error, IndexError, KeyError) as error:
            raise ValueError("its metadata is damaged") from error


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._place = len(_MAGIC)

    def pairs(self) -> Metadata:
        version, _, count = self._numbers("IQQ")
        if int(version) < _OLDEST_VERSION:
            raise ValueError(f"its version {version} is too old")
        return {self._string(): self._value(self._numbers("I")[0]) for _ in range(int(count))}

    def _value(self, kind: float) -> object:
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._numbers(_NUMBERS[int(kind)])[0]
        kind, count = self._numbers("IQ")
        if kind in _NUMBERS:
            return list(self._numbers(f"{int(count)}{_NUMBERS[int(kind)]}"))
        read: Callable[[], object] = self._string if kind == _STRING else self._nested
        return [read() for _ in range(int(count))]

    def _nested(self) -> object:
        return self._value(_ARRAY)

    def _numbers(self, form: str) -> tuple[float, ...]:
        numbers = struct.unpack_from(f"<{form}", self._data, self._place)
        self._place += struct.calcsize(f"<{form}")
        return numbers

    def _string(self) -> str:
        (length,) = struct.unpack_from("<Q", self._data, self._place)
        start = self._place + 8
        self._place = start + length
        return self._data[start : self._place].decode("utf-8", errors="replace")
