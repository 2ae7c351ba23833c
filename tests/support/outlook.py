"""Small files of e-mails as Outlook keeps them: properties in a compound file."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

_SECTOR, _SMALL_SECTOR, _CUTOFF = 512, 64, 4096
_END, _FREE, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
_FAT = 0xFFFFFFFD
_TEXT, _BINARY, _TIME = "001F", "0102", 0x0040
_EPOCH = 116444736000000000  # 1970, in tenths of microseconds since 1601

Folder = Mapping[str, "bytes | Folder"]


def msg_file(
    texts: Mapping[str, str],
    *,
    sent: int = 0,
    attachments: Sequence[tuple[str, bytes]] = (),
    html: bytes = b"",
    rtf: bytes = b"",
) -> bytes:
    """An e-mail with `texts` by the numbers of their properties, sent at a time of Unix."""
    header = bytes(8) + struct.pack("<4I", 0, len(attachments), 0, len(attachments)) + bytes(8)
    time = struct.pack("<HHIQ", _TIME, 0x0039, 6, sent * 10_000_000 + _EPOCH) if sent else b""
    bodies = {"1013": html, "1009": rtf}
    given = {number: body for number, body in bodies.items() if body}
    folder: dict[str, bytes | Folder] = dict(
        _values(header, time, {"001A": "IPM.Note", **texts}, given)
    )
    for number, (name, content) in enumerate(attachments):
        folder[f"__attach_version1.0_#{number:08X}"] = _values(
            bytes(8), b"", {"3707": name}, {"3701": content}
        )
    return _Compound().of(folder)


def _values(
    header: bytes, fixed: bytes, texts: Mapping[str, str], binaries: Mapping[str, bytes]
) -> Folder:
    """What stands in a folder of properties: a list of them all, and a stream for each."""
    streams = {f"{number}{_TEXT}": text.encode("utf-16-le") for number, text in texts.items()}
    streams |= {f"{number}{_BINARY}": content for number, content in binaries.items()}
    listed = b"".join(
        struct.pack("<HHIII", int(name[4:], 16), int(name[:4], 16), 6, len(data) + 2, 0)
        for name, data in streams.items()
    )
    return {
        "__properties_version1.0": header + fixed + listed,
        **{f"__substg1.0_{name}": data for name, data in streams.items()},
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the directory of a compound file says of a stream or a folder."""

    name: str
    kind: int
    sibling: int
    child: int = _NONE
    start: int = 0
    size: int = 0


class _Compound:
    """A compound file of one folder: short streams in one of their own, long ones in sectors."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._small = bytearray()
        self._small_chain: list[int] = []
        self._sectors: list[bytes] = []
        self._chain: list[int] = []

    def of(self, root: Folder) -> bytes:
        """Return the bytes of the file."""
        self._add("Root Entry", root, _NONE)
        start = self._put_long(bytes(self._small))
        self._entries[0] = replace(self._entries[0], kind=5, start=start, size=len(self._small))
        small_fat = self._put_long(_table(self._small_chain))
        directory = self._put_long(b"".join(map(_written, self._entries)))
        fat_count = 1
        while (len(self._chain) + fat_count) * 4 > fat_count * _SECTOR:
            fat_count += 1
        fat = _table([*self._chain, *[_FAT] * fat_count])
        header = self._header(fat_count, directory, small_fat)
        return header + b"".join(self._sectors) + fat.ljust(fat_count * _SECTOR, b"\xff")

    def _header(self, fat_count: int, directory: int, small_fat: int) -> bytes:
        header = struct.pack(
            "<8s16xHHHHH6xIIIIIIIII",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory, 0,
            _CUTOFF, small_fat, -(-len(self._small_chain) * 4 // _SECTOR), _END, 0,
        )  # fmt: skip
        places = [len(self._chain) + at for at in range(fat_count)]
        return header + struct.pack("<109I", *places, *[_FREE] * (109 - fat_count))

    def _add(self, name: str, content: "bytes | Folder", sibling: int) -> int:
        """Add a stream or a folder, and return its place."""
        place = len(self._entries)
        self._entries.append(_Entry(name, 1, sibling))
        if isinstance(content, Mapping):
            child = _NONE
            for inner in content:
                child = self._add(inner, content[inner], child)
            self._entries[place] = _Entry(name, 1, sibling, child)
        else:
            start = self._put(content)
            self._entries[place] = _Entry(name, 2, sibling, _NONE, start, len(content))
        return place

    def _put(self, data: bytes) -> int:
        if len(data) >= _CUTOFF:
            return self._put_long(data)
        self._small.extend(data.ljust(-(-len(data) // _SMALL_SECTOR) * _SMALL_SECTOR, b"\0"))
        return _chained(data, self._small_chain, _SMALL_SECTOR)

    def _put_long(self, data: bytes) -> int:
        self._sectors.extend(
            data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)
        )
        return _chained(data, self._chain, _SECTOR)


def _chained(data: bytes, chain: list[int], size: int) -> int:
    """Add the sectors of some data to a chain, and return the first."""
    count = -(-len(data) // size)
    first = len(chain)
    chain.extend([first + 1 + at for at in range(count - 1)] + [_END] * (count > 0))
    return first if count else _END


def _table(chain: Sequence[int]) -> bytes:
    data = struct.pack(f"<{len(chain)}I", *chain)
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\xff")


def _written(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ", name, len(name) + 2, entry.kind, 1, _NONE, entry.sibling,
        entry.child, 0, entry.start, entry.size,
    )  # fmt: skip
