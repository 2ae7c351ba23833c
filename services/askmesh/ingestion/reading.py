"""From bytes to blocks."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import PurePosixPath

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.html_reader import read_html
from askmesh.ingestion.markdown_reader import read_markdown
from askmesh.ingestion.pdf_reader import read_pdf
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.text_reader import read_text


class MediaType(Enum):
    """The form of a document's content."""

    PLAIN_TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    PDF = "PDF"


_BY_ENDING = {
    ".txt": MediaType.PLAIN_TEXT,
    ".text": MediaType.PLAIN_TEXT,
    ".rst": MediaType.PLAIN_TEXT,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".pdf": MediaType.PDF,
}
_TEXT_READERS: Mapping[MediaType, Callable[[str], ReadDocument]] = {
    MediaType.PLAIN_TEXT: read_text,
    MediaType.MARKDOWN: read_markdown,
    MediaType.HTML: read_html,
}
# Control characters, but for tabs and the ends of lines.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")


def media_type_of(source: str) -> MediaType:
    """Return the form that the ending of `source` names."""
    path = re.split(r"[?#]", source, maxsplit=1)[0]
    media_type = _BY_ENDING.get(PurePosixPath(path).suffix.lower())
    if media_type is None:
        raise DocumentRefusedError(
            "MEDIA_TYPE_UNKNOWN", "Its form was not given, and the ending of its source names none."
        )
    return media_type


def read(content: bytes, media_type: MediaType) -> ReadDocument:
    """Return the blocks of a document. Blocks the thread; raises `DocumentRefusedError`."""
    if media_type is MediaType.PDF:
        document = read_pdf(content)
    else:
        document = _TEXT_READERS[media_type](_decoded(content))
    if not document.blocks:
        raise DocumentRefusedError("CONTENT_EMPTY", _why_empty(media_type))
    return document


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentRefusedError(
            "CONTENT_NOT_TEXT", f"It is not text in UTF-8: byte {error.start} does not fit."
        ) from error
    if "\x00" in text:
        raise DocumentRefusedError("CONTENT_NOT_TEXT", "It contains zero bytes, as no text does.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", lines))


def _why_empty(media_type: MediaType) -> str:
    if media_type is MediaType.PDF:
        return "It has no text; scanned pages need text recognition first."
    return "It has no text."
