"""Documents through their readers."""

import pytest

from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType


def text(content: str) -> ReadDocument:
    """Read plain text."""
    return read(content.encode(), MediaType.PLAIN_TEXT)


def markdown(content: str) -> ReadDocument:
    """Read Markdown."""
    return read(content.encode(), MediaType.MARKDOWN)


def html(content: str) -> ReadDocument:
    """Read a page."""
    return read(content.encode(), MediaType.HTML)


def texts(content: bytes, media_type: MediaType) -> list[str]:
    """Read a document, and return what each of its blocks says."""
    return [block.text for block in read(content, media_type).blocks]


def refusal(content: bytes, media_type: MediaType) -> str:
    """Return the reason for which content is refused, in a whole sentence."""
    with pytest.raises(DocumentRefusedError) as caught:
        read(content, media_type)
    assert caught.value.detail.endswith(".")
    return caught.value.reason
