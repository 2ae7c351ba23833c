"""Documents inside of documents: attachments of e-mails, and members of archives."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from askmesh.ingestion.blocks import Block, Heading, ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType, media_type_of_ending

MAX_DEPTH = 3
MAX_ENCLOSED = 1_000
_LEVEL = 2
_MAX_LISTED = 5


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document inside of another one; without a media type, its name tells its form."""

    name: str
    content: bytes
    media_type: MediaType | None = None


@dataclass(frozen=True, slots=True)
class Sections:
    """What documents inside of another one say, each below its name."""

    blocks: tuple[Block, ...]
    notices: tuple[str, ...]


class Enclosures:
    """Reads what a document encloses, by `read`, which reads what that encloses in turn."""

    def __init__(
        self, read: Callable[[bytes, MediaType, "Enclosures"], ReadDocument], depth: int = 0
    ) -> None:
        self._read = read
        self._depth = depth

    def sections(self, enclosed: Iterable[Enclosed]) -> Sections:
        """Return a section for each document; what cannot be read is told, and the rest goes on."""
        blocks: list[Block] = []
        notices: list[str] = []
        unknown: list[str] = []
        for number, each in enumerate(enclosed):
            if number >= MAX_ENCLOSED:
                notices.append(f"It encloses more than {MAX_ENCLOSED} files; the others are left.")
                break
            media_type = each.media_type or media_type_of_ending(PurePosixPath(each.name).suffix)
            if media_type is None:
                unknown.append(each.name)
                continue
            try:
                document = self._document(each.content, media_type)
            except DocumentRefusedError as refusal:
                notices.append(f"{each.name} was not read. {refusal.detail}")
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - the last of one file; parsers raise anything
                notices.append(f"{each.name} was not read. It is damaged ({type(error).__name__}).")
            else:
                blocks += (Heading(_LEVEL, each.name), *map(_below, document.blocks))
                notices += (f"{each.name}: {notice}" for notice in document.notices)
        if unknown:
            notices.append(f"Not read, as their endings name no known form: {_listed(unknown)}.")
        return Sections(tuple(blocks), tuple(notices))

    def _document(self, content: bytes, media_type: MediaType) -> ReadDocument:
        if self._depth >= MAX_DEPTH:
            raise DocumentRefusedError("CONTENT_TOO_LARGE", "It is nested too deeply.")
        document = self._read(content, media_type, Enclosures(self._read, self._depth + 1))
        if not document.blocks:
            raise DocumentRefusedError("CONTENT_EMPTY", "It has no text.")
        return document


def _listed(names: list[str]) -> str:
    more = len(names) - _MAX_LISTED
    return ", ".join(names[:_MAX_LISTED]) + (f" and {more} others" if more > 0 else "")


def _below(block: Block) -> Block:
    return replace(block, level=block.level + _LEVEL) if isinstance(block, Heading) else block
