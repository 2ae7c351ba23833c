"""The composition root of ingestion."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import add_IngestionServiceServicer_to_server
from askmesh.auditing import audit_trail
from askmesh.caching import Cache, open_cache
from askmesh.documents import DocumentStore, open_documents
from askmesh.identity import Role
from askmesh.inference import Embedder, onnx_embedder
from askmesh.ingestion import recognition
from askmesh.ingestion.ingestor import Ingestor
from askmesh.ingestion.journal import DocumentJournal
from askmesh.ingestion.ports import DocumentReader
from askmesh.ingestion.preparing import Preparer
from askmesh.ingestion.quotas import StorageLimits, StorageQuota
from askmesh.ingestion.reader_pool import ReaderLimits, reader_pool
from askmesh.ingestion.servicer import IngestionServicer
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.splitting import PassageLimits
from askmesh.ingestion.vectors import CachedVectors
from askmesh.models import ModelStore
from askmesh.serving import audit_of, opened_edge_door, serving
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = ingestion_pb2.DESCRIPTOR.services_by_name["IngestionService"].full_name
ROLES = {
    f"/{SERVICE_NAME}/{method}": frozenset({Role.INGESTER})
    for method in (*("IngestDocuments", "DeleteDocument", "SetDocumentAccess"),)
} | {
    f"/{SERVICE_NAME}/ListDocuments": frozenset({Role.INGESTER, Role.READER}),
    f"/{SERVICE_NAME}/GetDocument": frozenset({Role.INGESTER, Role.READER}),
    f"/{SERVICE_NAME}/GetCollectionStatus": frozenset({Role.INGESTER, Role.OPERATOR, Role.READER}),
}
"""Who may call what, beside administrators."""

EMBEDDED_TOGETHER = 16


@asynccontextmanager
async def ingestion_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the service until the block ends, and yield its port."""
    async with (
        telemetry("ingestion", settings) as signals,
        open_documents(
            settings.documents_address, on_wait=partial(signals.metrics.observe_wait, "mongodb")
        ) as store,
        open_cache(
            settings.cache_address, on_wait=partial(signals.metrics.observe_wait, "redis")
        ) as cache,
        onnx_embedder(ModelStore(settings.home)) as embedder,
        ingestion_server(settings, signals, store, cache, embedder) as port,
    ):
        yield port


@asynccontextmanager
async def ingestion_server(
    settings: Settings,
    signals: Telemetry,
    store: DocumentStore,
    cache: Cache,
    embedder: Embedder,
) -> AsyncGenerator[int]:
    """Serve ingestion into `store` until the block ends, and yield the port."""
    async with (
        reader_pool(_reader_limits()) as reader,
        audit_trail(audit_of("ingestion", settings), signals.metrics) as audit,
        opened_edge_door(settings, ROLES, audit) as door,
    ):
        ingestor = _ingestor(
            settings, signals, store=store, reader=reader, cache=cache, embedder=embedder
        )
        servicer = IngestionServicer(ingestor, DocumentJournal(audit))
        async with serving(
            lambda server: add_IngestionServiceServicer_to_server(servicer, server),
            services=[SERVICE_NAME],
            settings=settings,
            telemetry=signals,
            door=door,
        ) as port:
            yield port


def _reader_limits() -> ReaderLimits:
    """Return what reading may take; pictures of pages take longer than text."""
    if not recognition.is_installed():
        return ReaderLimits()
    return ReaderLimits(seconds=recognition.SECONDS * 1.2, memory_bytes=3 * 2**30)


def _ingestor(
    settings: Settings,
    signals: Telemetry,
    *,
    store: DocumentStore,
    reader: DocumentReader,
    cache: Cache,
    embedder: Embedder,
) -> Ingestor:
    target = settings.passage_characters
    limits = PassageLimits(target=target, most=target * 3 // 2)
    vectors = CachedVectors(embedder, cache, signals.metrics, batch_size=EMBEDDED_TOGETHER)
    room = StorageLimits(settings.max_documents, settings.max_passages)
    quota = StorageQuota(store, room)
    preparer = Preparer(store, reader, limits, signals, model=vectors.model, room=quota)
    return Ingestor(store, preparer, vectors, signals)
