"""Documents in, documents out."""

from collections.abc import AsyncIterable, Awaitable, Callable

from askmesh.documents import CollectionCount, DocumentStore
from askmesh.ingestion.pipeline import Pipeline
from askmesh.ingestion.ports import PassageVectors, StageWatch
from askmesh.ingestion.preparing import Preparer
from askmesh.ingestion.values import IngestResult, SourceDocument


class Ingestor:
    """Ingests and deletes documents in a store."""

    def __init__(
        self,
        store: DocumentStore,
        preparer: Preparer,
        vectors: PassageVectors,
        watch: StageWatch,
    ) -> None:
        self._store = store
        self._preparer = preparer
        self._vectors = vectors
        self._watch = watch

    async def ingest(
        self,
        tenant: str,
        documents: AsyncIterable[SourceDocument],
        send: Callable[[IngestResult], Awaitable[None]],
    ) -> None:
        """Ingest a stream of documents and `send` each one's result, in order.

        Takes documents no faster than results are taken. What is stored when its result is
        sent is durable.
        """
        pipeline = Pipeline(tenant, self._preparer, self._vectors, self._store, self._watch)
        await pipeline.run(documents, send)

    async def delete(self, tenant: str, document_id: str) -> int:
        """Delete a document, if it is there, and return the revision at which it is gone."""
        return await self._store.delete_document(tenant, document_id)

    async def count(self, tenant: str) -> CollectionCount:
        """Return how much is stored for the tenant."""
        return await self._store.count(tenant)
