"""A mesh with real searches, stores and gateways, for a crowd to read from."""

import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.ingestion.v1.ingestion_pb2_grpc import IngestionServiceStub
from askmesh.api.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from askmesh.caching import MemoryCache, open_cache
from askmesh.documents import DocumentStore
from askmesh.gateway.wiring import gateway_service
from askmesh.ingestion.settings import Settings as IngestionSettings
from askmesh.ingestion.wiring import ingestion_server
from askmesh.retrieval.settings import Settings as RetrievalSettings
from askmesh.retrieval.wiring import Parts, retrieval_server
from askmesh.rpc import channel_to
from askmesh.search import faiss_index, tantivy_index
from askmesh.telemetry import silent_telemetry
from support.crowd import Crowd
from support.doors import Doors
from support.ingestion import RecordingEmbedder
from support.upstreams import settings_before, upstreams
from support.who_may_read import is_unheard

DIMENSION = 2048
"""So many that few words of thousands have the same direction."""


class WordsEmbedder(RecordingEmbedder):
    """Embeds passages and queries by the words that no other document has."""

    dimension = DIMENSION

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([_embedded(text) for text in texts])

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        return _embedded(text)


def _embedded(text: str) -> NDArray[np.float32]:
    counts = np.full(DIMENSION, 1e-3, np.float32)
    for word in filter(is_unheard, text.lower().split()):
        counts[zlib.crc32(word.encode()) % DIMENSION] += 1
    return counts / np.float32(np.linalg.norm(counts))


@asynccontextmanager
async def guarded_mesh(
    folder: Path,
    store: DocumentStore,
    *,
    cache: str = "memory:",
    doors: int = 1,
    poll_seconds: float = 0.02,
    size: Mapping[str, int],
    seed: int = 1,
    of_gateways: Mapping[str, int] = MappingProxyType({}),
) -> AsyncGenerator[Crowd]:
    """Yield a crowd before so many gateways, each with a retrieval of its own behind it.

    `cache` is that of all of them; `size` says how many users, groups and documents there are;
    `of_gateways` are further settings of the gateways.
    """
    signals = silent_telemetry()
    settings = IngestionSettings(address="127.0.0.1:0", drain_seconds=0)
    async with AsyncExitStack() as stack:
        around = (store, MemoryCache(1_000_000), WordsEmbedder())
        port = await stack.enter_async_context(ingestion_server(settings, signals, *around))
        channel = await stack.enter_async_context(channel_to(f"127.0.0.1:{port}", signals))
        opened = [
            await stack.enter_async_context(
                _doors(
                    folder / str(number),
                    store,
                    cache,
                    poll_seconds=poll_seconds,
                    of_gateways=of_gateways,
                )
            )
            for number in range(doors)
        ]
        yield Crowd(opened, IngestionServiceStub(channel), Random(seed), **size)


@asynccontextmanager
async def _doors(
    folder: Path,
    store: DocumentStore,
    cache: str,
    *,
    poll_seconds: float,
    of_gateways: Mapping[str, int],
) -> AsyncGenerator[Doors]:
    signals = silent_telemetry()
    settings = RetrievalSettings(
        address="127.0.0.1:0",
        poll_seconds=poll_seconds,
        drain_seconds=0,
        search_seconds=30,
        min_active_calls=32,  # a crowd searches at once, too
    )
    async with (
        tantivy_index(folder / "keywords") as keywords,
        faiss_index(folder / "vectors", dimension=DIMENSION) as vectors,
        open_cache(cache) as kept,
        retrieval_server(
            settings, signals, Parts(store, kept, WordsEmbedder(), keywords, vectors)
        ) as port,
        upstreams() as others,
        gateway_service(
            settings_before(
                others.address,
                retrieval_address=f"127.0.0.1:{port}",
                cache=cache,
                min_active_answers=32,  # a crowd asks at once
                retrieval_seconds=30,
                status_seconds=30,
                **of_gateways,
            )
        ) as gateway,
        channel_to(f"127.0.0.1:{gateway}", signals) as asked,
        channel_to(f"127.0.0.1:{port}", signals) as searched,
    ):
        others.echoes = True
        yield Doors(GatewayServiceStub(asked), RetrievalServiceStub(searched))
