"""The composition root of retrieval."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import add_RetrievalServiceServicer_to_server
from askmesh.caching import Cache, open_cache
from askmesh.config import without_credentials
from askmesh.documents import DocumentStore, open_documents
from askmesh.errors import StartupError
from askmesh.inference import onnx_embedder
from askmesh.models import ModelStore
from askmesh.resilience import AdaptiveLimit, Room
from askmesh.retrieval.following import Follower
from askmesh.retrieval.permissions import Permissions
from askmesh.retrieval.ports import QueryEmbedder
from askmesh.retrieval.reading import Reading
from askmesh.retrieval.remembered import RememberedVectors
from askmesh.retrieval.retriever import Retriever, Tuning
from askmesh.retrieval.servicer import RetrievalServicer
from askmesh.retrieval.settings import Settings
from askmesh.search import FieldBoosts, KeywordIndex, VectorIndex, faiss_index, tantivy_index
from askmesh.serving import inner_door, room_for_calls, serving
from askmesh.telemetry import Telemetry, telemetry

SERVICE_NAME = retrieval_pb2.DESCRIPTOR.services_by_name["RetrievalService"].full_name
METHOD = f"/{SERVICE_NAME}/RetrievePassages"
_FOLDER_NAME_CHARS = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service is made of."""

    documents: DocumentStore
    cache: Cache
    embedder: QueryEmbedder
    keywords: KeywordIndex
    vectors: VectorIndex


@asynccontextmanager
async def retrieval_service(settings: Settings) -> AsyncGenerator[int]:
    """Run the service until the block ends, and yield its port.

    It serves once the indexes have caught up with the documents.
    """
    async with (
        telemetry("retrieval", settings) as signals,
        open_documents(
            settings.documents_address, on_wait=partial(signals.metrics.observe_wait, "mongodb")
        ) as documents,
        open_cache(
            settings.cache.get_secret_value(),
            on_wait=partial(signals.metrics.observe_wait, "redis"),
        ) as cache,
        onnx_embedder(ModelStore(settings.home)) as embedder,
        indexes(settings, embedder.dimension) as (keywords, vectors),
    ):
        # The first text takes longer; no caller should wait for that.
        await embedder.embed_query("What is ready?")
        remembered = RememberedVectors(embedder, cache, signals.metrics)
        parts = Parts(documents, cache, remembered, keywords, vectors)
        async with retrieval_server(settings, signals, parts) as port:
            yield port


@asynccontextmanager
async def retrieval_server(
    settings: Settings, signals: Telemetry, parts: Parts
) -> AsyncGenerator[int]:
    """Catch up with the documents, then serve and follow until the block ends; yield the port."""
    follower = Follower(
        parts.documents,
        (parts.keywords, parts.vectors),
        gauges=signals.metrics,
        poll_seconds=settings.poll_seconds,
        clock=lambda: datetime.now(UTC),
    )
    servicer = RetrievalServicer(
        _retriever(settings, signals, parts),
        follower,
        parts.keywords,
        parts.cache,
        signals.metrics,
        permissions=Permissions(parts.vectors.access_lists, lambda: follower.store_id),
        edition=_edition(settings),
    )
    await follower.start()
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follower.follow())
        async with serving(
            lambda server: add_RetrievalServiceServicer_to_server(servicer, server),
            services=[SERVICE_NAME],
            settings=settings,
            telemetry=signals,
            door=inner_door(settings),
            rooms={METHOD: _room(settings, signals)},
        ) as port:
            try:
                yield port
            finally:
                follower.revisions.end()
        following.cancel()


def _room(settings: Settings, signals: Telemetry) -> Room:
    limit = AdaptiveLimit(settings.min_active_calls, settings.max_active_calls)
    return room_for_calls("retrieval", settings, signals.metrics, limit=limit)


def _retriever(settings: Settings, signals: Telemetry, parts: Parts) -> Retriever:
    reading = Reading(
        parts.documents,
        parts.keywords,
        seconds=settings.documents_seconds,
        clock=time.monotonic,
    )
    tuning = Tuning(
        keyword_weight=settings.keyword_weight,
        vector_weight=settings.vector_weight,
        candidates_per_index=settings.candidates_per_index,
        search_seconds=settings.search_seconds,
    )
    return Retriever(
        parts.keywords,
        parts.vectors,
        parts.embedder,
        reading,
        stages=signals,
        tuning=tuning,
    )


def _edition(settings: Settings) -> str:
    """Return what searches depend on beside documents."""
    weights = settings.keyword_weight, settings.vector_weight, settings.candidates_per_index
    boosts = settings.title_boost, settings.headings_boost
    return "-".join(map(str, (version("askmesh"), *weights, *boosts)))


@asynccontextmanager
async def indexes(
    settings: Settings, dimension: int
) -> AsyncGenerator[tuple[KeywordIndex, VectorIndex]]:
    """Yield the indexes of the settings' document store, as they were left."""
    boosts = FieldBoosts(title=settings.title_boost, headings=settings.headings_boost)
    with _index_folder(settings) as folder:
        async with (
            tantivy_index(folder / "keywords", boosts=boosts) as keywords,
            faiss_index(folder / "vectors", dimension=dimension) as vectors,
        ):
            yield keywords, vectors


@contextmanager
def _index_folder(settings: Settings) -> Generator[Path]:
    """Yield the folder of the indexes: one for each document store, none that outlives it."""
    if settings.documents_address.startswith("memory:"):
        with TemporaryDirectory(prefix="askmesh-indexes-") as temporary:
            yield Path(temporary)
    else:
        # Whoever sees the folder learns nothing of a password, and a new one moves no indexes.
        address = without_credentials(settings.documents_address)
        name = sha256(address.encode()).hexdigest()[:_FOLDER_NAME_CHARS]
        folder = (settings.index_folder or settings.home / "indexes") / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartupError(
                "INDEX_FOLDER_NOT_WRITABLE",
                f"The indexes cannot be kept in {folder} ({error.strerror or error}): set "
                "ASKMESH_HOME to a folder that you can write.",
            ) from error
        yield folder
