"""What ZIP archives hold, within bounds: archives may unpack to anything, and hold archives."""

import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import PurePosixPath
from struct import error as struct_error
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from askmesh.folders._mailboxes import is_mailbox
from askmesh.uploads import MAX_CONTENT_BYTES, MediaType, media_type_of_ending

MAX_MEMBERS = 20_000
MAX_UNPACKED_BYTES = 2 * 2**30
MAX_DEPTH = 3
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_DAMAGE = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
           struct_error, OverflowError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive. `problem` says why it cannot be read; then it has no content.

    It has none either if its ending names no form of documents: it has no `media_type` then, as
    mailboxes have none, which hold several.
    """

    name: str
    content: bytes = b""
    modified_time: datetime | None = None
    problem: str = ""

    @property
    def ending(self) -> str:
        """The ending of its name, such as ".md"."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def media_type(self) -> MediaType | None:
        """The form that the ending names."""
        return media_type_of_ending(self.ending)

    @property
    def has_documents(self) -> bool:
        """Whether it is read: it is a document, or a mailbox."""
        return self.media_type is not None or is_mailbox(self.ending)


@dataclass(slots=True)
class _Room:
    """What an archive may still unpack to."""

    members: int
    size: int


def members_of(archive: bytes | BinaryIO) -> Iterator[Member]:
    """Yield the files in a ZIP archive, and those in archives inside of it.

    These are named "inner.zip/notes.md". One member that is damaged,
    encrypted or too large does not hide the others; an archive that cannot be opened is one member
    without a name. Hidden files are left out. What is too much is told, and not unpacked.
    """
    file = BytesIO(archive) if isinstance(archive, bytes) else archive
    yield from _members(file, "", _Room(MAX_MEMBERS, MAX_UNPACKED_BYTES), depth=1)


def _members(file: BinaryIO, prefix: str, room: _Room, depth: int) -> Iterator[Member]:
    try:
        with ZipFile(file) as archive:
            for info in archive.infolist():
                name = _name(info)
                if info.is_dir() or _is_hidden(name):
                    continue
                if not Member(name).has_documents:
                    yield Member(prefix + name)
                    continue
                if room.members <= 0 or room.size <= 0:
                    yield Member(prefix.rstrip("/"), problem="it holds more than is unpacked")
                    return
                yield from _unpacked(_member(archive, info, prefix + name, room), room, depth)
    except _DAMAGE:
        yield Member(prefix.rstrip("/"), problem="it is not a ZIP archive, or it is damaged")


def _unpacked(member: Member, room: _Room, depth: int) -> Iterator[Member]:
    """Yield `member`, or what it holds if it is an archive."""
    if member.problem or member.media_type is not MediaType.ZIP:
        yield member
    elif depth >= MAX_DEPTH:
        yield Member(member.name, problem="archives are nested too deeply")
    else:
        yield from _members(BytesIO(member.content), f"{member.name}/", room, depth + 1)


def _member(archive: ZipFile, info: ZipInfo, name: str, room: _Room) -> Member:
    room.members -= 1
    if info.flag_bits & _ENCRYPTED:
        return Member(name, problem="it is protected by a password: unpack it, then ingest that")
    try:
        with archive.open(info) as unpacked:
            # What an archive says of sizes may be wrong.
            content = unpacked.read(min(MAX_CONTENT_BYTES, room.size) + 1)
    except _DAMAGE:
        return Member(name, problem="it is damaged")
    room.size -= len(content)
    if len(content) > MAX_CONTENT_BYTES or room.size < 0:
        return Member(name, problem="it is larger than 32 MiB")
    return Member(name, content, _time(info))


def _name(info: ZipInfo) -> str:
    """Return the name of a member, without ways out of the archive."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = info.filename
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", ".", ".."})


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _time(info: ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None  # No calendar has it.
