"""What is told of documents that are stored, page by page."""

from collections.abc import Awaitable, Callable
from itertools import takewhile

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    DOCUMENT_STATE_STORED,
    DocumentStatus,
    ListDocumentsResponse,
)
from askmesh.documents import StoredDocument
from askmesh.ingestion.identity import content_sha256_of
from askmesh.passages import time_to_wire

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


def status_of(stored: StoredDocument) -> DocumentStatus:
    """Return what is told of a document that is stored."""
    document = stored.document
    return DocumentStatus(
        document_id=document.document_id,
        source=document.source,
        title=document.title,
        state=DOCUMENT_STATE_STORED,
        passage_count=stored.passage_count,
        revision=stored.revision,
        modified_time=time_to_wire(document.modified_time),
        attributes=document.attributes,
        content_sha256=content_sha256_of(document.content_hash),
    )


async def document_page(
    documents_after: Callable[[str, int], Awaitable[list[DocumentStatus]]],
    *,
    prefix: str,
    after: str,
    size: int,
) -> ListDocumentsResponse:
    """Return the page of documents that begin with `prefix` and come after `after`.

    `documents_after` returns documents after a name, by name, up to a number.
    """
    limit = min(size, LARGEST_PAGE) if size > 0 else DEFAULT_PAGE
    found = await documents_after(max(after, _before(prefix)), limit)
    page = list(takewhile(lambda each: each.document_id.startswith(prefix), found))
    next_after = "" if len(page) < limit else page[-1].document_id
    return ListDocumentsResponse(documents=page, next_page_token=next_after)


def _before(prefix: str) -> str:
    """Return a text that comes before every name that begins with `prefix`, but after the rest."""
    if not prefix:
        return ""
    before = chr(max(0, ord(prefix[-1]) - 1))
    return prefix[:-1] + (f"{before}\U0010ffff" if before.isprintable() else "")
