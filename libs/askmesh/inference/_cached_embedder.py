"""Vectors of queries, kept."""

import hashlib
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askmesh.errors import AskmeshError
from askmesh.inference._ports import Embedder, EmbeddingCache

KEPT_SECONDS = 86_400.0


class CachedEmbedder:
    """An embedder that asks a cache first. Passages are not cached: each is embedded once.

    A cache that fails costs its answer time and nothing else.
    """

    def __init__(self, embedder: Embedder, cache: EmbeddingCache) -> None:
        self._embedder = embedder
        self._cache = cache

    @property
    def model(self) -> str:
        """Name and revision of the embedder behind it."""
        return self._embedder.model

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._embedder.dimension

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors by the embedder behind it."""
        return await self._embedder.embed_passages(texts)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Vector from the cache, or by the embedder behind it. It must not be written to."""
        key = self._key(text)
        vector = await self._cached(key)
        if vector is None:
            vector = await self._embedder.embed_query(text)
            await self._keep(key, vector)
        return vector

    def _key(self, text: str) -> str:
        digest = hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
        return f"embedding:{self.model}:{digest}"

    async def _cached(self, key: str) -> NDArray[np.float32] | None:
        try:
            (value,) = await self._cache.get_many([key])
        except AskmeshError:
            return None
        if value is None or len(value) != self.dimension * np.dtype(np.float32).itemsize:
            return None
        return np.frombuffer(value, dtype="<f4")

    async def _keep(self, key: str, vector: NDArray[np.float32]) -> None:
        try:
            await self._cache.set_many(
                {key: vector.astype("<f4").tobytes()}, ttl_seconds=KEPT_SECONDS
            )
        except AskmeshError:
            return
