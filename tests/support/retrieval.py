"""A retrieval service with real indexes and documents in memory, and parts that misbehave."""

import asyncio
import copy
import zlib
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from askmesh.api.common.v1 import passage_pb2
from askmesh.api.common.v1.answer_pb2 import DegradationReason
from askmesh.api.retrieval.v1.retrieval_pb2 import (
    GetIndexStatusRequest,
    RetrievalMode,
    RetrievePassagesRequest,
    RetrievePassagesResponse,
)
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.caching import Cache, MemoryCache
from askmesh.documents import (
    ChangePage,
    Document,
    DocumentStoreUnavailableError,
    MemoryDocumentStore,
)
from askmesh.errors import UnavailableError
from askmesh.passages import ANY_DOCUMENT, EmbeddedPassage, Filter, Passage
from askmesh.retrieval.settings import Settings
from askmesh.retrieval.wiring import Parts, retrieval_server
from askmesh.rpc import channel_to
from askmesh.search import (
    Hit,
    IndexUnavailableError,
    KeywordIndex,
    Vector,
    VectorIndex,
    faiss_index,
    tantivy_index,
)
from askmesh.telemetry import ServiceMetrics, silent_telemetry
from support.memory_indexes import MemoryKeywordIndex, MemoryVectorIndex

DIMENSION = 64
FORGETFUL = MemoryCache(0)
QUICK = Settings(
    address="127.0.0.1:0",
    poll_seconds=0.01,
    drain_seconds=1,
    search_seconds=60,
    documents_seconds=60,
)
"""It looks for changes all the time, and a busy machine leaves no search out."""


def embedded(text: str) -> Vector:
    """Return a unit vector of the words in the text."""
    counts = np.full(DIMENSION, 1e-3, np.float32)
    for word in text.lower().split():
        counts[zlib.crc32(word.encode()) % DIMENSION] += 1
    return counts / np.float32(np.linalg.norm(counts))


class WordEmbedder:
    """An embedder of words, which fails, hangs or takes its time when told to."""

    def __init__(self) -> None:
        self.down = False
        self.stuck = False
        self.delay_seconds = 0.0
        self.queries = 0

    async def embed_query(self, text: str) -> Vector:
        self.queries += 1
        if self.down:
            raise UnavailableError("EMBEDDER_UNAVAILABLE", "The embedder is down.")
        if self.stuck:
            await asyncio.Event().wait()
        await asyncio.sleep(self.delay_seconds)
        return embedded(text)


class FailingKeywords(MemoryKeywordIndex):
    """A keyword index that fails when told to."""

    down = False

    async def search(
        self, tenant: str, query: str, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        if self.down:
            raise IndexUnavailableError("The keyword index is down.")
        return await super().search(tenant, query, limit=limit, condition=condition)

    async def corrected(self, tenant: str, query: str, condition: Filter = ANY_DOCUMENT) -> str:
        if self.down:
            raise IndexUnavailableError("The keyword index is down.")
        return await super().corrected(tenant, query, condition)


class FailingDocuments(MemoryDocumentStore):
    """A document store that fails, hangs or hides changes when told to.

    `asked` is set when it was asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.stuck = False
        self.hides = False
        self.asked = asyncio.Event()

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        await self._fail()
        return await super().get_passages(tenant, passage_ids)

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        await self._fail()
        page = await super().changes_after(revision, limit=limit)
        return replace(page, changes=(), revision=revision) if self.hides else page

    def replace_all(self) -> None:
        """Become another, empty store."""
        self.put_back(vars(MemoryDocumentStore()))

    def copied(self) -> dict[str, object]:
        """Return a copy of all that is stored."""
        return copy.deepcopy({name: vars(self)[name] for name in vars(MemoryDocumentStore())})

    def put_back(self, copied: dict[str, object]) -> None:
        """Hold what the copy holds."""
        vars(self).update(copied)

    async def _fail(self) -> None:
        self.asked.set()
        if self.down:
            raise DocumentStoreUnavailableError("The document store is down.")
        if self.stuck:
            await asyncio.Event().wait()


async def store(
    documents: MemoryDocumentStore,
    document_id: str,
    *texts: str,
    tenant: str = "default",
    source: str = "",
    modified_time: datetime | None = None,
) -> int:
    """Store a document with one passage for each text, and return its revision."""
    document = Document(document_id, document_id, source, "", modified_time, {})
    passages = [
        EmbeddedPassage(
            Passage(
                passage_id=f"{document_id}-{position}",
                document_id=document_id,
                title=document_id,
                headings=(),
                text=text,
                source=source,
                position=position,
                revision=0,
                modified_time=modified_time,
                attributes={},
            ),
            embedded(text),
        )
        for position, text in enumerate(texts)
    ]
    return await documents.put_document(tenant, document, passages)


@dataclass(frozen=True, slots=True)
class Running:
    """A running service and the parts that it is made of."""

    stub: RetrievalServiceStub
    documents: FailingDocuments
    embedder: WordEmbedder
    keywords: FailingKeywords
    metrics: ServiceMetrics

    async def retrieve(
        self,
        query: str,
        *,
        page_size: int = 0,
        passage_filter: passage_pb2.Filter | None = None,
        mode: RetrievalMode.ValueType = RetrievalMode.RETRIEVAL_MODE_UNSPECIFIED,
        timeout: float = 60,  # noqa: ASYNC109 - the deadline of the RPC
    ) -> RetrievePassagesResponse:
        """Call RetrievePassages."""
        request = RetrievePassagesRequest(
            query=query, page_size=page_size, filter=passage_filter, mode=mode
        )
        return await self.stub.RetrievePassages(request, timeout=timeout)


@asynccontextmanager
async def running(
    *,
    settings: Settings = QUICK,
    documents: FailingDocuments | None = None,
    cache: Cache = FORGETFUL,
) -> AsyncGenerator[Running]:
    """Run the service with indexes in memory until the block ends."""
    keywords, vectors = FailingKeywords(), MemoryVectorIndex(DIMENSION)
    stored = documents or FailingDocuments()
    async with _running(settings, stored, keywords, vectors, cache) as service:
        yield replace(service, keywords=keywords)


@asynccontextmanager
async def running_on_disk(folder: Path, documents: FailingDocuments) -> AsyncGenerator[Running]:
    """Run the service with the real indexes in the folder until the block ends."""
    async with (
        tantivy_index(folder / "keywords") as keywords,
        faiss_index(folder / "vectors", dimension=DIMENSION) as vectors,
        _running(QUICK, documents, keywords, vectors) as service,
    ):
        yield service


@asynccontextmanager
async def _running(
    settings: Settings,
    documents: FailingDocuments,
    keywords: KeywordIndex,
    vectors: VectorIndex,
    cache: Cache = FORGETFUL,
) -> AsyncGenerator[Running]:
    embedder, signals = WordEmbedder(), silent_telemetry()
    parts = Parts(documents, cache, embedder, keywords, vectors)
    async with (
        retrieval_server(settings, signals, parts) as port,
        channel_to(f"127.0.0.1:{port}", signals) as channel,
    ):
        stub, idle = RetrievalServiceStub(channel), FailingKeywords()
        yield Running(stub, documents, embedder, idle, signals.metrics)


async def until_indexed(service: Running, revision: int) -> None:
    """Wait until searches see the revision."""
    status = await service.stub.GetIndexStatus(GetIndexStatusRequest(), timeout=60)
    while status.indexed_revision < revision:
        await asyncio.sleep(0)
        status = await service.stub.GetIndexStatus(GetIndexStatusRequest(), timeout=60)


def found(response: RetrievePassagesResponse) -> list[str]:
    """Return the ids of the passages in a response."""
    return [item.passage.passage_id for item in response.passages]


def reasons(response: RetrievePassagesResponse) -> list[str]:
    """Return the names of the degradations in a response, without their prefix."""
    names = (DegradationReason.Name(item.reason) for item in response.degradations)
    return [name.removeprefix("DEGRADATION_REASON_") for name in names]
