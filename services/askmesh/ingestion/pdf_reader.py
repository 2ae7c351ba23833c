"""PDF: the one module that knows the parser."""

from collections.abc import Iterator
from io import BytesIO
from time import monotonic
from typing import cast

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import Destination

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.page_text import blocks_of_pages
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_PAGES = 5_000
MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_CHARACTERS = 32 * 1024 * 1024
MAX_SECONDS = 120.0
MAX_HEADING_LEVEL = 6
# What a damaged file makes the parser stumble over, besides its own errors.
_DAMAGE = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError,
    AssertionError, RecursionError, OSError, NotImplementedError,
)  # fmt: skip


def read_pdf(content: bytes) -> ReadDocument:
    """Return the text of a PDF, with the headings that its outline names. May block for minutes.

    Refuses a file that is damaged or encrypted, or that unpacks to more than its readers could
    ever want.
    """
    try:
        reader = PdfReader(BytesIO(content))
        _check_size(reader)
        pages = list(_page_texts(reader))
        levels = _outline(reader)
        return ReadDocument(_title(reader), tuple(blocks_of_pages(pages, levels)))
    except (LimitReachedError, MemoryError) as error:
        raise _too_large("It unpacks to too much data.") from error
    except _DAMAGE as error:
        raise DocumentRefusedError(
            "CONTENT_UNREADABLE", "It is not a PDF that can be read, or it is damaged."
        ) from error


def _check_size(reader: PdfReader) -> None:
    # Many files are encrypted with an empty password, only to restrict printing.
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentRefusedError("CONTENT_UNREADABLE", "It is protected by a password.")
    if len(reader.pages) > MAX_PAGES:
        raise _too_large(f"It has more than {MAX_PAGES} pages.")


def _page_texts(reader: PdfReader) -> Iterator[str]:
    started, characters = monotonic(), 0
    for page in reader.pages:
        text = _text(page)
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise _too_large("It has too much text.")
        if monotonic() - started > MAX_SECONDS:
            raise _too_large(f"Reading it takes longer than {MAX_SECONDS:.0f} seconds.")
        yield text


def _text(page: PageObject) -> str:
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > MAX_PAGE_BYTES:
        raise _too_large("It has a page with too much data.")
    return page.extract_text()


def _outline(reader: PdfReader) -> dict[str, int]:
    """Return the titles in the outline, and how deep each stands; none if the outline is bad."""
    try:
        return {title: level for title, level in _titles(reader.outline, 1) if title}
    except _DAMAGE:
        return {}


def _titles(entries: object, level: int) -> Iterator[tuple[str, int]]:
    if isinstance(entries, Destination):
        yield " ".join((entries.title or "").split()), min(level, MAX_HEADING_LEVEL)
    elif isinstance(entries, list):
        for entry in cast("list[object]", entries):
            yield from _titles(entry, level + isinstance(entry, list))


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return " ".join(title.split()) if title else ""


def _too_large(detail: str) -> DocumentRefusedError:
    return DocumentRefusedError("CONTENT_TOO_LARGE", detail)
