"""Documents page by page."""

from dataclasses import dataclass
from itertools import takewhile

from askmesh.ingestion.failures import DocumentStatus, State
from askmesh.ingestion.ingestor import Ingestor

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Documents by name, and the name after which the next page begins; empty on the last."""

    documents: list[DocumentStatus]
    next_after: str


async def document_page(
    ingestor: Ingestor, tenant: str, state: State, *, prefix: str, after: str, size: int
) -> DocumentPage:
    """Return the page of documents that begin with `prefix` and come after `after`."""
    limit = min(size, LARGEST_PAGE) if size > 0 else DEFAULT_PAGE
    start = max(after, _before(prefix))
    found = await ingestor.list(tenant, state, after=start, limit=limit)
    page = list(takewhile(lambda each: _name(each).startswith(prefix), found))
    complete = len(page) < limit
    return DocumentPage(page, "" if complete else _name(page[-1]))


def _before(prefix: str) -> str:
    """Return a text that comes before every name that begins with `prefix`, but after the rest."""
    if not prefix:
        return ""
    before = chr(max(0, ord(prefix[-1]) - 1))
    return prefix[:-1] + (f"{before}\U0010ffff" if before.isprintable() else "")


def _name(status: DocumentStatus) -> str:
    return status.stored.document.document_id
