"""What ingestion records of who changes and who looks at documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from askmesh.api.ingestion.v1 import ingestion_pb2 as pb2
from askmesh.auditing import AuditEvent
from askmesh.identity import current_caller
from askmesh.passages import AccessList

_CHANGES: Mapping[pb2.IngestOutcome.ValueType, str] = {
    pb2.INGEST_OUTCOME_CREATED: "document.created",
    pb2.INGEST_OUTCOME_UPDATED: "document.updated",
}


class DocumentAudit(Protocol):
    """Takes events; see `AuditTrail`."""

    def require(self) -> None:
        """Raise `UnavailableError` if what happens now could not be recorded."""
        ...

    def record(self, event: AuditEvent) -> None:
        """Take an event."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentJournal:
    """Records what the caller at hand does with documents. Without an audit it costs nothing."""

    audit: DocumentAudit | None

    def require(self) -> None:
        """Raise `UnavailableError` if nothing could be recorded now."""
        if self.audit:
            self.audit.require()

    def ingested(self, result: pb2.IngestDocumentsResponse, access: AccessList | None) -> None:
        """Record a document that is new or has changed; then require room for the next.

        `access` is the list that it came with; without one, readers stay who they were.
        """
        if action := _CHANGES.get(result.outcome):
            readers = _readers(access) if access else {}
            self._record(
                action, document_id=result.document_id, revision=result.revision, **readers
            )
            self.require()

    def deleted(self, document_id: str, revision: int) -> None:
        """Record that a document is gone."""
        self._record("document.deleted", document_id=document_id, revision=revision)

    def access_changed(
        self,
        request: pb2.SetDocumentAccessRequest,
        access: AccessList,
        response: pb2.SetDocumentAccessResponse,
    ) -> None:
        """Record whom documents were given to."""
        self._record(
            "access.changed",
            document_id_prefix=request.document_id_prefix,
            filter=str(request.filter).strip(),
            **_readers(access),
            documents=response.changed_document_count,
            revision=response.revision,
        )

    def listed(self, response: pb2.ListDocumentsResponse) -> None:
        """Record which records of documents somebody sees."""
        names = [each.document_id for each in response.documents]
        self._record("documents.listed", documents=names)

    def viewed(self, document_id: str) -> None:
        """Record that somebody sees the record of a document."""
        self._record("document.viewed", document_id=document_id)

    def _record(self, action: str, **details: str | int | list[str]) -> None:
        if self.audit:
            self.audit.record(AuditEvent(action, current_caller(), details))


def _readers(access: AccessList) -> dict[str, list[str]]:
    allowed = ["everyone"] if access.allowed is None else sorted(access.allowed)
    return {"allowed": allowed, "denied": sorted(access.denied)}
