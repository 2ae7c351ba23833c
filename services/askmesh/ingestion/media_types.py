"""The forms of content, as ingestion speaks of them and finds them out."""

import re
from pathlib import PurePosixPath

from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType, media_type_of_ending

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
