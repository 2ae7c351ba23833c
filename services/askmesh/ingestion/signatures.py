"""The forms of content, and content that is not of the form that its name says."""

import re
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile

from askmesh.ingestion.refusals import PROTECTED, DocumentRefusedError
from askmesh.uploads import MediaType, media_type_of_ending

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ZIPPED = frozenset(
    [MediaType.DOCX, MediaType.PPTX, MediaType.XLSX, MediaType.ODT, MediaType.EPUB, MediaType.ZIP]
)
_PDF_WITHIN = 1024
_KINDS = (
    (b"%PDF-", "a PDF"),
    (_ZIP, "a ZIP archive, as office documents are"),
    (_OLE, "an office document of the kind before 2007: save it in a newer form, then ingest that"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
)
_OFFICE = "[Content_Types].xml"
# The member in which what is zipped keeps its text.
_ZIPPED_KINDS = (
    ("word/document.xml", "a Word document"),
    ("xl/workbook.xml", "an Excel workbook"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
)
_PAGES = (b"<!doctype html", b"<html")


def check_signature(content: bytes, media_type: MediaType) -> None:
    """Raise `DocumentRefusedError` if `content` is of another form, or locked by a password."""
    if media_type is MediaType.PDF:
        fits = b"%PDF-" in content[:_PDF_WITHIN]
    elif media_type in _ZIPPED:
        kinds = _zipped_kinds(content)
        fits = content.startswith(_ZIP) and (not kinds or IN_WORDS[media_type] in kinds)
    elif media_type is MediaType.MSG:
        fits = content.startswith(_OLE)
    elif media_type is MediaType.RTF:
        fits = content.lstrip().startswith(b"{\\rtf")
    else:
        fits = not content.startswith(tuple(mark for mark, _ in _KINDS))
    if not fits and content.startswith(_OLE) and _LOCKED in content:
        raise DocumentRefusedError("CONTENT_UNREADABLE", PROTECTED)
    if not fits:
        raise DocumentRefusedError(
            "CONTENT_UNREADABLE", f"It is not {IN_WORDS[media_type]}, but {_kind(content)}."
        )


def _zipped_kinds(content: bytes) -> list[str]:
    """Return which office documents an archive is, by its members; none if it is damaged."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError):
        return []
    return [kind for name, kind in _ZIPPED_KINDS if {_OFFICE, name} <= names]


def _kind(content: bytes) -> str:
    if content.startswith(_ZIP) and (kinds := _zipped_kinds(content)):
        return kinds[0]
    for mark, kind in _KINDS:
        if content.startswith(mark):
            return kind
    if content.lstrip()[:20].lower().startswith(_PAGES):
        return "an HTML page, such as the message of a web server"
    return "something else"


IN_WORDS = {
    MediaType.PLAIN_TEXT: "plain text",
    MediaType.MARKDOWN: "Markdown",
    MediaType.HTML: "HTML",
    MediaType.PDF: "a PDF",
    MediaType.DOCX: "a Word document",
    MediaType.PPTX: "a PowerPoint presentation",
    MediaType.XLSX: "an Excel workbook",
    MediaType.ODT: "an OpenDocument text",
    MediaType.CSV: "a CSV table",
    MediaType.TSV: "a TSV table",
    MediaType.EPUB: "an EPUB book",
    MediaType.EML: "an e-mail",
    MediaType.RTF: "an RTF document",
    MediaType.RST: "reStructuredText",
    MediaType.IPYNB: "a Jupyter notebook",
    MediaType.SOURCE_CODE: "source code",
    MediaType.ZIP: "a ZIP archive",
    MediaType.MSG: "an e-mail of Outlook",
    MediaType.ASCIIDOC: "AsciiDoc",
}
"""What a sentence calls a form."""


def media_type_of(source: str) -> MediaType:
    """Return the form that the ending of `source`, a path or a URI, names."""
    path = re.split(r"[?#]", source, maxsplit=1)[0]
    media_type = media_type_of_ending(PurePosixPath(path).suffix)
    if media_type is None:
        raise DocumentRefusedError(
            "MEDIA_TYPE_UNKNOWN", "Its form was not given, and the ending of its source names none."
        )
    return media_type
