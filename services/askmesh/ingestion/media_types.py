"""The forms of content that can be read."""

import re
from enum import Enum
from pathlib import PurePosixPath

from askmesh.ingestion.refusals import DocumentRefusedError


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


def media_type_of(source: str) -> MediaType:
    """Return the form that the ending of `source`, a path or a URI, names."""
    path = re.split(r"[?#]", source, maxsplit=1)[0]
    media_type = _BY_ENDING.get(PurePosixPath(path).suffix.lower())
    if media_type is None:
        raise DocumentRefusedError(
            "MEDIA_TYPE_UNKNOWN", "Its form was not given, and the ending of its source names none."
        )
    return media_type
