"""PDF: the one module that knows the parser."""

import re
from collections.abc import Iterator
from io import BytesIO
from time import monotonic

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from askmesh.ingestion.blocks import Body, ReadDocument
from askmesh.ingestion.refusals import DocumentRefusedError

MAX_PAGES = 5_000
MAX_PAGE_BYTES = 16 * 1024 * 1024
MAX_CHARACTERS = 32 * 1024 * 1024
MAX_SECONDS = 120.0
_BLANK_LINES = re.compile(r"\n\s*\n")
_HYPHENATED = re.compile(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])")
# What a damaged file makes the parser stumble over, besides its own errors.
_DAMAGE = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, ArithmeticError,
    AssertionError, RecursionError, OSError, NotImplementedError,
)  # fmt: skip


def read_pdf(content: bytes) -> ReadDocument:
    """Return the paragraphs of a PDF, page by page. Blocks for up to two minutes.

    Refuses a file that is damaged or encrypted, that has no text, or that unpacks to more than
    its readers could ever want.
    """
    try:
        reader = PdfReader(BytesIO(content))
        _check_size(reader)
        blocks = tuple(map(Body, _paragraphs(reader)))
        return ReadDocument(_title(reader), blocks)
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


def _paragraphs(reader: PdfReader) -> Iterator[str]:
    started, characters = monotonic(), 0
    for page in reader.pages:
        text = _HYPHENATED.sub("", _text(page))
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise _too_large("It has too much text.")
        if monotonic() - started > MAX_SECONDS:
            raise _too_large(f"Reading it takes longer than {MAX_SECONDS:.0f} seconds.")
        for paragraph in _BLANK_LINES.split(text):
            if words := " ".join(paragraph.split()):
                yield words


def _text(page: PageObject) -> str:
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > MAX_PAGE_BYTES:
        raise _too_large("It has a page with too much data.")
    return page.extract_text()


def _title(reader: PdfReader) -> str:
    title = reader.metadata.title if reader.metadata else None
    return " ".join(title.split()) if title else ""


def _too_large(detail: str) -> DocumentRefusedError:
    return DocumentRefusedError("CONTENT_TOO_LARGE", detail)
