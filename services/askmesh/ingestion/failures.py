"""Documents that were refused, remembered until they are stored or deleted."""

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    DOCUMENT_STATE_REFUSED,
    INGEST_OUTCOME_CREATED,
    INGEST_OUTCOME_REFUSED,
    INGEST_OUTCOME_UPDATED,
    DocumentStatus,
    IngestDocumentsResponse,
)
from askmesh.documents import Document, DocumentStore, StoredDocument
from askmesh.ingestion.listing import status_of
from askmesh.ingestion.validation import MAX_DOCUMENT_ID_CHARS

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
    status = status_of(stored)
    status.state = DOCUMENT_STATE_REFUSED
    status.refusal_reason = status.attributes.pop(_REASON)
    status.refusal_detail = status.attributes.pop(_DETAIL)
    return status
