"""Ingestion over loopback, with a store, an embedder and a cache that tests hold."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from askmesh.api.ingestion.v1.ingestion_pb2 import IngestDocumentsRequest, IngestDocumentsResponse
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.caching import Cache, CacheUnavailableError, MemoryCache
from askmesh.documents import (
    Document,
    DocumentStore,
    DocumentStoreUnavailableError,
    MemoryDocumentStore,
)
from askmesh.ingestion.settings import Settings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.passages import EmbeddedPassage
from askmesh.rpc import channel_to
from askmesh.telemetry import Telemetry, silent_telemetry

SECONDS = 60.0


class RecordingEmbedder:
    """Embeds a text as its length, and remembers the batches that it saw."""

    dimension = 4

    def __init__(self, model: str = "lengths@1") -> None:
        self.model = model
        self.batches: list[list[str]] = []

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        return np.array([[len(text), 1, 0, 0] for text in texts], dtype=np.float32)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        return (await self.embed_passages([text])).reshape(self.dimension)


class BrokenCache:
    """A cache that never answers."""

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        raise CacheUnavailableError(f"{len(keys)} values cannot be read")

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        raise CacheUnavailableError(f"{len(items)} values cannot be kept for {ttl_seconds} s")


class FailingStore(MemoryDocumentStore):
    """A store that goes down before a certain document is put."""

    def __init__(self, fails_at: str) -> None:
        super().__init__()
        self._fails_at = fails_at

    async def put_document(
        self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]
    ) -> int:
        if document.document_id == self._fails_at:
            raise DocumentStoreUnavailableError("the document store does not answer")
        return await super().put_document(tenant, document, passages)


@dataclass(frozen=True, slots=True)
class IngestionClient:
    """Calls of a running service, and what stands behind it."""

    stub: IngestionServiceStub
    store: DocumentStore
    embedder: RecordingEmbedder
    telemetry: Telemetry

    async def ingest(self, *requests: IngestDocumentsRequest) -> list[IngestDocumentsResponse]:
        """Send a stream of documents and return all results."""

        async def stream() -> AsyncIterator[IngestDocumentsRequest]:
            for request in requests:
                yield request

        return [each async for each in self.stub.IngestDocuments(stream(), timeout=SECONDS)]


@dataclass(slots=True)
class Surroundings:
    """What a service works with."""

    store: DocumentStore = field(default_factory=MemoryDocumentStore)
    embedder: RecordingEmbedder = field(default_factory=RecordingEmbedder)
    cache: Cache = field(default_factory=lambda: MemoryCache(1_000_000))


@asynccontextmanager
async def ingestion(
    surroundings: Surroundings | None = None, address: str = "127.0.0.1:0", **changes: int
) -> AsyncGenerator[IngestionClient]:
    """Run the service for the tenants "default" and "other", and yield a client."""
    around = surroundings or Surroundings()
    own = {"address": address, "tenants": "default,other", "drain_seconds": 1, **changes}
    settings = Settings.model_validate(own)
    signals = silent_telemetry("ingestion")
    async with (
        ingestion_server(settings, signals, around.store, around.cache, around.embedder) as port,
        channel_to(f"127.0.0.1:{port}", silent_telemetry()) as channel,
    ):
        yield IngestionClient(IngestionServiceStub(channel), around.store, around.embedder, signals)


def document(source: str, content: str = "Some text.") -> IngestDocumentsRequest:
    """A document in a stream."""
    return IngestDocumentsRequest(source=source, content=content.encode())
