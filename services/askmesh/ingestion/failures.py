"""Documents that were refused, remembered until they are stored or deleted."""

from dataclasses import dataclass
from typing import Literal, cast

from askmesh.documents import Document, DocumentStore, StoredDocument
from askmesh.ingestion.refusals import DocumentRefusedError, RefusalReason
from askmesh.ingestion.validation import MAX_DOCUMENT_ID_CHARS
from askmesh.ingestion.values import IngestResult, Outcome

_REASON, _DETAIL = "refusal_reason", "refusal_detail"
# No tenant has such a name: it is no header of gRPC.
_BESIDE = "\x00refused"

State = Literal["stored", "refused"]


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """What is known of a document. `refusal` is set exactly if it was refused."""

    stored: StoredDocument
    refusal: DocumentRefusedError | None = None


class Failures:
    """Keeps refused documents in the store beside the tenant's own, without passages."""

    def __init__(self, store: DocumentStore) -> None:
        self._store = store

    async def note(self, tenant: str, result: IngestResult) -> None:
        """Remember that the document was refused, or forget it if it was stored."""
        if not 0 < len(result.document_id) <= MAX_DOCUMENT_ID_CHARS:
            return
        if result.refusal is not None:
            await self._store.put_document(tenant + _BESIDE, _record(result, result.refusal), [])
        elif result.outcome in {Outcome.CREATED, Outcome.UPDATED}:
            await self.forget(tenant, result.document_id)

    async def forget(self, tenant: str, document_id: str) -> None:
        """Forget that a document was refused."""
        await self._store.delete_document(tenant + _BESIDE, document_id)

    async def get(self, tenant: str, document_id: str) -> DocumentStatus | None:
        """Return the refused document, or None if it was not refused."""
        found = await self._store.get_document(tenant + _BESIDE, document_id)
        return _status(found) if found else None

    async def list(self, tenant: str, *, after: str, limit: int) -> list[DocumentStatus]:
        """Return refused documents as `DocumentStore.list_documents` does stored ones."""
        found = await self._store.list_documents(tenant + _BESIDE, after=after, limit=limit)
        return [_status(each) for each in found]


def _record(result: IngestResult, refusal: DocumentRefusedError) -> Document:
    return Document(
        document_id=result.document_id,
        title="",
        source=result.source,
        content_hash="",
        modified_time=None,
        attributes={_REASON: refusal.reason, _DETAIL: refusal.detail},
    )


def _status(stored: StoredDocument) -> DocumentStatus:
    attributes = stored.document.attributes
    reason = cast("RefusalReason", attributes[_REASON])
    return DocumentStatus(stored, DocumentRefusedError(reason, attributes[_DETAIL]))
