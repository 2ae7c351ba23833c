"""Small files of e-mails as Outlook keeps them: properties in a compound file."""

import struct
from collections.abc import Mapping, Sequence

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
    return _compound(folder)


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


def _compound(root: Folder) -> bytes:
    """A compound file of one folder: short streams in one of their own, long ones in sectors."""
    entries: list[
        tuple[str, int, int, int, int, int]
    ] = []  # name, kind, sibling, child, start, size
    small = bytearray()
    small_chain: list[int] = []
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes, store: list[int], size: int) -> int:
        count = -(-len(data) // size)
        first = len(store)
        store.extend([first + 1 + at for at in range(count - 1)] + [_END] * (count > 0))
        return first if count else _END

    def put_long(data: bytes) -> int:
        start = put(data, chain, _SECTOR)
        sectors.extend(
            data[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(data), _SECTOR)
        )
        return start

    def add(name: str, content: "bytes | Folder", sibling: int) -> int:
        place = len(entries)
        entries.append(("", 0, 0, 0, 0, 0))
        if isinstance(content, Mapping):
            child = _NONE
            for inner in content:
                child = add(inner, content[inner], child)
            entries[place] = (name, 1, sibling, child, 0, 0)
        elif len(content) >= _CUTOFF:
            entries[place] = (name, 2, sibling, _NONE, put_long(content), len(content))
        else:
            start = put(content, small_chain, _SMALL_SECTOR)
            small.extend(content.ljust(-(-len(content) // _SMALL_SECTOR) * _SMALL_SECTOR, b"\0"))
            entries[place] = (name, 2, sibling, _NONE, start, len(content))
        return place

    add("Root Entry", root, _NONE)
    name, _, sibling, child, _, _ = entries[0]
    entries[0] = (name, 5, sibling, child, put_long(bytes(small)), len(small))
    small_fat = put_long(_table(small_chain))
    directory = put_long(b"".join(map(_entry, entries)))
    fat_count = 1
    while (len(chain) + fat_count) * 4 > fat_count * _SECTOR:
        fat_count += 1
    fat_start = len(chain)
    fat = _table([*chain, *[_FAT] * fat_count])
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, fat_count, directory, 0, _CUTOFF, small_fat, -(-len(small_chain) * 4 // _SECTOR),
        _END, 0,
    )  # fmt: skip
    header += struct.pack(
        "<109I", *[fat_start + at for at in range(fat_count)], *[_FREE] * (109 - fat_count)
    )
    return header + b"".join(sectors) + fat.ljust(fat_count * _SECTOR, b"\xff")


def _table(chain: Sequence[int]) -> bytes:
    data = struct.pack(f"<{len(chain)}I", *chain)
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\xff")


def _entry(entry: tuple[str, int, int, int, int, int]) -> bytes:
    name, kind, sibling, child, start, size = entry
    written = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16xI16xIQ",
        written,
        len(written) + 2,
        kind,
        1,
        _NONE,
        sibling,
        child,
        0,
        start,
        size,
    )
