"""From bytes to blocks."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import cast

from askmesh.ingestion.attributes import AUTHOR, title_of
from askmesh.ingestion.blocks import Block, Code, Heading, KeyValue, LabelledRow, ReadDocument
from askmesh.ingestion.decoding import decoded
from askmesh.ingestion.enclosures import Enclosures
from askmesh.ingestion.questions import questions_above_answers
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import check_signature
from askmesh.text import visible
from askmesh.uploads import MediaType

# By name: a reader's libraries are loaded with its first document.
_TEXT_READERS = {
    MediaType.PLAIN_TEXT: "text_reader.read_text",
    MediaType.MARKDOWN: "markdown_reader.read_markdown",
    MediaType.HTML: "html_reader.read_html",
    MediaType.CSV: "table_reader.read_csv",
    MediaType.TSV: "table_reader.read_tsv",
    MediaType.RST: "rst_reader.read_rst",
    MediaType.ASCIIDOC: "asciidoc_reader.read_asciidoc",
    MediaType.IPYNB: "code_reader.read_notebook",
    MediaType.SOURCE_CODE: "code_reader.read_source_code",
}
_BINARY_READERS = {
    MediaType.DOCX: "docx_reader.read_docx",
    MediaType.PPTX: "pptx_reader.read_pptx",
    MediaType.XLSX: "xlsx_reader.read_xlsx",
    MediaType.ODT: "odt_reader.read_odt",
    MediaType.EPUB: "epub_reader.read_epub",
    MediaType.RTF: "rtf_reader.read_rtf",
}
_ENCLOSING_READERS = {
    MediaType.PDF: "pdf_reader.read_pdf",
    MediaType.EML: "eml_reader.read_eml",
    MediaType.MSG: "msg_reader.read_msg",
    MediaType.ZIP: "archive_reader.read_zip",
}
# Control characters but for tabs and line feeds, and halves of characters.
_NOISE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Letters that fonts draw together, and Arabic letters in the form that their place demands.
_PRESENTATION = re.compile("[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+")


def read(content: bytes, media_type: MediaType) -> ReadDocument:
    """Return the title and the blocks of a document; there is at least one block.

    Its author stands in a block, also one that only its properties name: it can be asked for.

    Blocks, maybe for minutes, and may raise anything that a parser raises, besides
    `DocumentRefusedError`.
    """
    if not content:
        raise DocumentRefusedError("CONTENT_EMPTY", "It is empty.")
    document = _read(content, media_type, Enclosures(_read))
    cleaned = [block for block in map(_cleaned_block, document.blocks) if block.text]
    blocks = tuple(questions_above_answers(cleaned))
    if not blocks:
        raise DocumentRefusedError("CONTENT_EMPTY", "It has no text.")
    title = title_of(_cleaned(document.title))
    return replace(document, title=title, blocks=_with_author(blocks, document.attributes))


def _read(content: bytes, media_type: MediaType, enclosures: Enclosures) -> ReadDocument:
    check_signature(content, media_type)
    if media_type in _ENCLOSING_READERS:
        return _loaded(_ENCLOSING_READERS[media_type])(content, enclosures)
    if media_type in _BINARY_READERS:
        return _loaded(_BINARY_READERS[media_type])(content)
    text = decoded(content, may_declare=media_type is MediaType.HTML)
    document = _loaded(_TEXT_READERS[media_type])(text.text)
    return replace(document, notices=(*document.notices, *text.notices))


def _with_author(blocks: tuple[Block, ...], attributes: Mapping[str, str]) -> tuple[Block, ...]:
    author = _cleaned(attributes.get(AUTHOR, ""))
    if not author or any(author in block.text for block in blocks):
        return blocks
    below_title = 1 if isinstance(blocks[0], Heading) else 0
    return (*blocks[:below_title], KeyValue(f"author: {author}"), *blocks[below_title:])


def _loaded(name: str) -> Callable[..., ReadDocument]:
    module, function = name.split(".")
    reader: object = getattr(import_module(f"askmesh.ingestion.{module}"), function)
    return cast("Callable[..., ReadDocument]", reader)


def _cleaned_block(block: Block) -> Block:
    match block:
        case LabelledRow(cells):
            return LabelledRow(
                tuple((_cleaned(header), _cleaned(value)) for header, value in cells)
            )
        case Code(text, language):
            return Code(_cleaned(text).strip("\n").rstrip(), language)
        case _:
            return replace(block, text=" ".join(_cleaned(block.text).split()))


def _cleaned(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text  # as nearly every cell of large tables is
    plain = _PRESENTATION.sub(
        lambda match: unicodedata.normalize("NFKC", match.group()), _NOISE.sub("", visible(text))
    )
    return unicodedata.normalize("NFC", plain)
