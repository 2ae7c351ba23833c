"""Documents on their way in, and their forms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from askmesh.passages import AccessList

MAX_CONTENT_BYTES = 32 * 1024 * 1024
"""The largest content that is taken."""


class MediaType(StrEnum):
    """The form of a document's content."""

    PLAIN_TEXT = "plain_text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    ODT = "odt"
    CSV = "csv"
    TSV = "tsv"
    EPUB = "epub"
    EML = "eml"
    RTF = "rtf"
    RST = "rst"
    IPYNB = "ipynb"
    SOURCE_CODE = "source_code"
    ZIP = "zip"
    MSG = "msg"
    ASCIIDOC = "asciidoc"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document to ingest.

    `document_id` is derived from `source`, the title taken from the content and the media type
    guessed from the ending of `source` if they are not given. Without `access` whoever may read the
    document already still may, which is everyone if it is new.
    """

    source: str
    content: bytes
    document_id: str = ""
    title: str = ""
    media_type: MediaType | None = None
    modified_time: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    access: AccessList | None = None


_ENDINGS = {
    MediaType.PLAIN_TEXT: ".txt .text .log .vtt .srt .ics .vcf",
    MediaType.MARKDOWN: ".md .markdown",
    MediaType.HTML: ".html .htm .xhtml",
    MediaType.PDF: ".pdf",
    MediaType.DOCX: ".docx .docm .dotx .dotm",
    MediaType.PPTX: ".pptx .pptm .ppsx .ppsm .potx .potm",
    MediaType.XLSX: ".xlsx .xlsm .xltx .xltm",
    MediaType.ODT: ".odt .ott",
    MediaType.CSV: ".csv",
    MediaType.TSV: ".tsv .tab",
    MediaType.EPUB: ".epub",
    MediaType.EML: ".eml .mht .mhtml",
    MediaType.MSG: ".msg",
    MediaType.RTF: ".rtf",
    MediaType.RST: ".rst .rest",
    MediaType.ASCIIDOC: ".adoc .asciidoc .asc",
    MediaType.IPYNB: ".ipynb",
    MediaType.ZIP: ".zip",
    MediaType.SOURCE_CODE: (
        ".py .pyi .js .mjs .ts .tsx .jsx .java .kt .go .rs .c .h .cc .cpp .hpp .cs .rb .php .swift "
        ".scala .sh .bash .ps1 .sql .r .lua .pl .proto .yaml .yml .toml .ini .cfg .conf .json "
        ".properties .tf .css .xml .tex .org"
    ),
}
_BY_ENDING = {
    ending: media_type for media_type, endings in _ENDINGS.items() for ending in endings.split()
}


def media_type_of_ending(ending: str) -> MediaType | None:
    """Return the form that files of this ending have, such as ".md"; None if none is known."""
    return _BY_ENDING.get(ending.lower())
