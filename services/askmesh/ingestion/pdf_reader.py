"""PDF: opening files, and what they say about themselves."""

# The library ships no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
from pypdfium2 import raw

from askmesh.ingestion.attributes import attributes_of, title_of
from askmesh.ingestion.blocks import ReadDocument, first_heading
from askmesh.ingestion.enclosures import Enclosed, Enclosures
from askmesh.ingestion.page_layout import in_reading_order
from askmesh.ingestion.page_margins import without_margins
from askmesh.ingestion.page_rows import Segment
from askmesh.ingestion.page_text import Page, blocks_of_pages
from askmesh.ingestion.pdf_page import PdfPage
from askmesh.ingestion.recognition import Scans
from askmesh.ingestion.refusals import PROTECTED, DocumentRefusedError

MAX_PAGES = 5_000
MAX_CHARACTERS = 32 * 1024 * 1024
MAX_HEADING_LEVEL = 6
_END_WITHIN = 2048


def read_pdf(content: bytes, enclosures: Enclosures) -> ReadDocument:
    """Return the text of a PDF in reading order, with headings, tables and filled-in forms.

    Files that are attached to it are sections of it.

    Refuses a file that is damaged or encrypted, or that unpacks to more than its readers could
    ever want.
    """
    document = _opened(content)
    try:
        if len(document) > MAX_PAGES:
            raise _too_large(f"It has more than {MAX_PAGES} pages.")
        document.init_forms()
        pages, notices = _pages(document)
        blocks = tuple(blocks_of_pages(pages, _outline(document)))
        title, attributes = _metadata(document)
        sections = enclosures.sections(_attached(document))
        if not (blocks or sections.blocks) and notices:
            raise DocumentRefusedError("CONTENT_EMPTY", notices[0])
        return ReadDocument(
            title or first_heading(blocks),
            (*blocks, *sections.blocks),
            attributes,
            (*notices, *sections.notices),
        )
    finally:
        document.close()


def _opened(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise DocumentRefusedError("CONTENT_UNREADABLE", _why_unreadable(content, error)) from error


def _why_unreadable(content: bytes, error: pdfium.PdfiumError) -> str:
    match error.err_code:
        case raw.FPDF_ERR_PASSWORD:
            return PROTECTED
        case raw.FPDF_ERR_SECURITY:
            return "It is encrypted in a way that is not supported: save it without encryption."
        case _ if b"%%EOF" not in content[-_END_WITHIN:]:
            return "It is a PDF without its end: it was cut off, perhaps while it was copied."
        case _:
            return "It is a damaged PDF."


def _pages(document: pdfium.PdfDocument) -> tuple[list[Page], tuple[str, ...]]:
    """Return the pages that have text, the others empty, and what is to be told of these."""
    pages: list[Sequence[Segment]] = []
    scans = Scans(len(document))
    characters = 0
    for index in range(len(document)):
        page = PdfPage(document[index], document.formenv)
        segments = scans.text_of(page, page.segments())
        characters += sum(len(segment.text) for segment in segments)
        if characters > MAX_CHARACTERS:
            raise _too_large("It has too much text.")
        pages.append(segments)
        page.close()
    return [list(in_reading_order(page)) for page in without_margins(pages)], scans.notices


def _attached(document: pdfium.PdfDocument) -> Iterator[Enclosed]:
    for index in range(document.count_attachments()):
        attachment = document.get_attachment(index)
        yield Enclosed(attachment.get_name(), bytes(attachment.get_data()))


def _outline(document: pdfium.PdfDocument) -> dict[str, int]:
    """Return the titles in the outline, and how deep each stands."""
    return {title: level for title, level in _titles(document) if title}


def _titles(document: pdfium.PdfDocument) -> Iterator[tuple[str, int]]:
    for bookmark in document.get_toc(max_depth=MAX_HEADING_LEVEL):
        yield " ".join(bookmark.get_title().split()), bookmark.level + 1


def _metadata(document: pdfium.PdfDocument) -> tuple[str, dict[str, str]]:
    metadata = document.get_metadata_dict()
    fields = {
        "author": metadata.get("Author", ""),
        "date": metadata.get("CreationDate", ""),
        "keywords": metadata.get("Keywords", ""),
    }
    return title_of(metadata.get("Title", "")), attributes_of(fields)


def _too_large(detail: str) -> DocumentRefusedError:
    return DocumentRefusedError("CONTENT_TOO_LARGE", detail)
