"""Documents in, documents out."""

from collections.abc import AsyncIterable, Awaitable, Callable
from dataclasses import dataclass

from askmesh.api.ingestion.v1.ingestion_pb2 import (
    DocumentStatus,
    IngestDocumentsResponse,
    ListDocumentsResponse,
)
from askmesh.documents import CollectionCount, DocumentStore
from askmesh.ingestion.access_changes import ListChange, Selection, change_access
from askmesh.ingestion.listing import Failures, document_page, shown
from askmesh.ingestion.pipeline import Pipeline
from askmesh.ingestion.ports import PassageVectors
from askmesh.ingestion.preparing import Preparer, Submission
from askmesh.ingestion.visibility import Viewer, VisibleDocuments
from askmesh.passages import AccessList
from askmesh.telemetry import Stages


@dataclass(frozen=True, slots=True)
class Deletion:
    """The revision at which a document is gone, and whether there was one."""

    revision: int
    was_there: bool


class Ingestor:
    """Ingests and deletes documents in a store."""

    def __init__(
        self,
        store: DocumentStore,
        preparer: Preparer,
        vectors: PassageVectors,
        watch: Stages,
    ) -> None:
        self._store = store
        self._preparer = preparer
        self._vectors = vectors
        self._watch = watch
        self._failures = Failures(store)

    async def ingest(
        self,
        tenant: str,
        submissions: AsyncIterable[Submission],
        send: Callable[[IngestDocumentsResponse], Awaitable[None]],
    ) -> None:
        """Ingest a stream of documents and `send` each one's result, in order.

        Takes documents no faster than results are taken. What is stored when its result is
        sent is durable.
        """

        async def note_and_send(result: IngestDocumentsResponse) -> None:
            await self._failures.note(tenant, result)
            await send(result)

        pipeline = Pipeline(
            tenant=tenant,
            preparer=self._preparer,
            vectors=self._vectors,
            store=self._store,
            watch=self._watch,
            send=note_and_send,
        )
        await pipeline.run(submissions)

    async def delete(self, tenant: str, document_id: str) -> Deletion:
        """Delete a document, if it is there.

        The revision is one of the tenant: that of the store would tell what others do.
        """
        await self._failures.forget(tenant, document_id)
        if await self._store.get_document(tenant, document_id) is None:
            return Deletion(await self._store.last_change(tenant), was_there=False)
        revision = await self._store.delete_document(tenant, document_id)
        return Deletion(revision, was_there=True)

    async def set_access(self, tenant: str, selection: Selection, access: AccessList) -> ListChange:
        """Let these documents have an access list; nothing is read or embedded again."""
        return await change_access(self._store, tenant, selection, access)

    async def get(self, viewer: Viewer, document_id: str) -> DocumentStatus | None:
        """Return a document, as refused if its last version was, or None if there is none."""
        if viewer.manages and (refused := await self._failures.get(viewer.tenant, document_id)):
            return refused
        stored = await VisibleDocuments(self._store, viewer).get(document_id)
        return shown(stored, viewer, self._preparer.method) if stored else None

    async def list(
        self, viewer: Viewer, *, refused: bool, prefix: str, after: str, size: int
    ) -> ListDocumentsResponse:
        """Return documents whose names begin with `prefix` and come after `after`, by name.

        Only those who manage documents see refused ones.
        """
        seen = VisibleDocuments(self._store, viewer)
        method = self._preparer.method

        async def documents_after(name: str, limit: int) -> list[DocumentStatus]:
            if not refused:
                stored = await seen.list(after=name, limit=limit)
                return [shown(each, viewer, method) for each in stored]
            if not viewer.manages:
                return []
            return await self._failures.list(viewer.tenant, after=name, limit=limit)

        return await document_page(documents_after, prefix=prefix, after=after, size=size)

    async def count(self, viewer: Viewer) -> CollectionCount:
        """Return how much the viewer sees."""
        return await VisibleDocuments(self._store, viewer).count()
