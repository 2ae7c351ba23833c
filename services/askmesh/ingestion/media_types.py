"""The forms of content that can be read."""

import re
from enum import Enum
from pathlib import PurePosixPath

from askmesh.ingestion.refusals import DocumentRefusedError


class MediaType(Enum):
    """The form of a document's content, by the words that name it in a sentence."""

    PLAIN_TEXT = "plain text"
    MARKDOWN = "Markdown"
    HTML = "HTML"
    PDF = "a PDF"
    DOCX = "a Word document"
    PPTX = "a PowerPoint presentation"
    XLSX = "an Excel workbook"
    ODT = "an OpenDocument text"
    CSV = "a CSV table"
    TSV = "a TSV table"
    EPUB = "an EPUB book"
    EML = "an e-mail"
    RTF = "an RTF document"
    RST = "reStructuredText"
    IPYNB = "a Jupyter notebook"
    SOURCE_CODE = "source code"
    ZIP = "a ZIP archive"


ENDINGS = {
    MediaType.PLAIN_TEXT: ".txt .text .log",
    MediaType.MARKDOWN: ".md .markdown",
    MediaType.HTML: ".html .htm .xhtml",
    MediaType.PDF: ".pdf",
    MediaType.DOCX: ".docx .docm",
    MediaType.PPTX: ".pptx .pptm",
    MediaType.XLSX: ".xlsx .xlsm",
    MediaType.CSV: ".csv",
    MediaType.TSV: ".tsv .tab",
    MediaType.EPUB: ".epub",
    MediaType.EML: ".eml",
    MediaType.RTF: ".rtf",
    MediaType.RST: ".rst",
    MediaType.IPYNB: ".ipynb",
    MediaType.SOURCE_CODE: (
        ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .go .rs .c .h .cc .cpp .hpp .cs .rb .php .swift "
        ".scala .sh .bash .ps1 .sql .r .lua .pl .proto .yaml .yml .toml .ini .cfg .conf .json "
        ".properties .tf .css"
    ),
}
_BY_ENDING = {
    ending: media_type for media_type, endings in ENDINGS.items() for ending in endings.split()
}


def media_type_of(source: str) -> MediaType:
    """Return the form that the ending of `source`, a path or a URI, names."""
    path = re.split(r"[?#]", source, maxsplit=1)[0]
    media_type = _BY_ENDING.get(PurePosixPath(path).suffix.lower())
    if media_type is None:
        raise DocumentRefusedError(
            "MEDIA_TYPE_UNKNOWN", "Its form was not given, and the ending of its source names none."
        )
    return media_type
