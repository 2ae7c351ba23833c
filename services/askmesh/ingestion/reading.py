"""From bytes to blocks."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace

from askmesh.ingestion.blocks import Block, Code, ReadDocument, TableRow
from askmesh.ingestion.html_reader import read_html
from askmesh.ingestion.markdown_reader import read_markdown
from askmesh.ingestion.media_types import MediaType
from askmesh.ingestion.pdf_reader import read_pdf
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.text_reader import read_text

_TEXT_READERS: Mapping[MediaType, Callable[[str], ReadDocument]] = {
    MediaType.PLAIN_TEXT: read_text,
    MediaType.MARKDOWN: read_markdown,
    MediaType.HTML: read_html,
}
# Control characters but for tabs and line feeds, halves of characters, and the byte order mark.
_NOISE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def read(content: bytes, media_type: MediaType) -> ReadDocument:
    """Return the title and the blocks of a document; there is at least one block.

    Blocks the thread. Raises `DocumentRefusedError`.
    """
    if media_type is MediaType.PDF:
        document = read_pdf(content)
    else:
        document = _TEXT_READERS[media_type](_decoded(content))
    blocks = tuple(block for block in map(_cleaned_block, document.blocks) if block.text)
    if not blocks:
        raise DocumentRefusedError("CONTENT_EMPTY", _why_empty(media_type))
    title = " ".join(_cleaned(document.title).split())
    return replace(document, title=title, blocks=blocks)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentRefusedError(
            "CONTENT_NOT_TEXT", f"It is not text in UTF-8: byte {error.start} does not fit."
        ) from error
    if "\x00" in text:
        raise DocumentRefusedError("CONTENT_NOT_TEXT", "It contains zero bytes, as no text does.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cleaned_block(block: Block) -> Block:
    match block:
        case TableRow(cells):
            return TableRow(tuple((_cleaned(header), _cleaned(value)) for header, value in cells))
        case Code(text, language):
            return Code(_cleaned(text).strip("\n").rstrip(), language)
        case _:
            return replace(block, text=" ".join(_cleaned(block.text).split()))


def _cleaned(text: str) -> str:
    return unicodedata.normalize("NFC", _NOISE.sub("", text))


def _why_empty(media_type: MediaType) -> str:
    if media_type is MediaType.PDF:
        return "It has no text; scanned pages need text recognition first."
    return "It has no text."
