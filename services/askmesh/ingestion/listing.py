"""What is told of documents that are stored or were refused, page by page."""

from collections.abc import Awaitable, Callable
from itertools import takewhile

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    DOCUMENT_STATE_REFUSED,
    DOCUMENT_STATE_STORED,
    INGEST_OUTCOME_CREATED,
    INGEST_OUTCOME_REFUSED,
    INGEST_OUTCOME_UPDATED,
    DocumentStatus,
    IngestDocumentsResponse,
    ListDocumentsResponse,
)
from askmesh.documents import Document, DocumentStore, StoredDocument
from askmesh.ingestion.identity import MAX_DOCUMENT_ID_CHARS, content_sha256_of, is_made_by
from askmesh.ingestion.visibility import Viewer
from askmesh.passages import access_to_wire, time_to_wire

_REASON, _DETAIL = "refusal_reason", "refusal_detail"
# No tenant has such a name: it is no header of gRPC.
_BESIDE = "\x00refused"


class Failures:
    """Keeps refused documents in the store beside the tenant's own, without passages."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def note(self, tenant: str, result: IngestDocumentsResponse) -> None:
        """Remember that the document was refused, or forget it if it was stored."""
        if not 0 < len(result.document_id) <= MAX_DOCUMENT_ID_CHARS:
            return
        if result.outcome == INGEST_OUTCOME_REFUSED:
            await self._store.put_document(tenant + _BESIDE, _record(result), [])
        elif result.outcome in {INGEST_OUTCOME_CREATED, INGEST_OUTCOME_UPDATED}:
            await self.forget(tenant, result.document_id)

    async def forget(self, tenant: str, document_id: str) -> None:
        """Forget that a document was refused."""
        await self._store.delete_document(tenant + _BESIDE, document_id)

    async def get(self, tenant: str, document_id: str) -> DocumentStatus | None:
        """Return the refused document, or None if it was not refused."""
        found = await self._store.get_document(tenant + _BESIDE, document_id)
        return _refused(found) if found else None

    async def list(self, tenant: str, *, after: str, limit: int) -> list[DocumentStatus]:
        """Return refused documents as `DocumentStore.list_documents` does stored ones."""
        found = await self._store.list_documents(tenant + _BESIDE, after=after, limit=limit)
        return [_refused(each) for each in found]


def _record(result: IngestDocumentsResponse) -> Document:
    return Document(
        document_id=result.document_id,
        title="",
        source=result.source,
        content_hash="",
        modified_time=None,
        attributes={_REASON: result.refusal_reason, _DETAIL: result.refusal_detail},
    )


def _refused(stored: StoredDocument) -> DocumentStatus:
    status = status_of(stored, "")
    status.ClearField("access")  # that of the version before, if there is one
    status.outdated = False
    status.state = DOCUMENT_STATE_REFUSED
    status.refusal_reason = status.attributes.pop(_REASON)
    status.refusal_detail = status.attributes.pop(_DETAIL)
    return status


DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
# Between them are halves of characters, which stand in no text.
_LAST_BEFORE_SURROGATES, _FIRST_AFTER_SURROGATES = 0xD7FF, 0xE000


def status_of(stored: StoredDocument, method: str) -> DocumentStatus:
    """Return what is told of a stored document where documents are processed by `method` now."""
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
        access=None if document.access is None else access_to_wire(document.access),
        outdated=not is_made_by(method, document.content_hash),
    )


def shown(stored: StoredDocument, viewer: Viewer, method: str) -> DocumentStatus:
    """Return what is told of a document to a viewer: who may read it, only to its managers."""
    status = status_of(stored, method)
    if not viewer.manages:
        status.ClearField("access")
    return status


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
    found = await documents_after(max(after, before(prefix)), limit)
    page = list(takewhile(lambda each: each.document_id.startswith(prefix), found))
    next_after = "" if len(page) < limit else page[-1].document_id
    return ListDocumentsResponse(documents=page, next_page_token=next_after)


def before(prefix: str) -> str:
    """Return a text that comes before every name that begins with `prefix`, but after the rest."""
    if not prefix:
        return ""
    last = ord(prefix[-1])
    if not last:
        return prefix[:-1]
    before = _LAST_BEFORE_SURROGATES if last == _FIRST_AFTER_SURROGATES else last - 1
    return f"{prefix[:-1]}{chr(before)}\U0010ffff"
