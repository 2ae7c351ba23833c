"""Vectors of passages, made in small batches, and only once for the same text."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from askmesh.caching import Cache, CacheUnavailableError
from askmesh.inference import Embedder
from askmesh.ingestion.ports import Lookups
from askmesh.passages import Passage

TTL_SECONDS = 30 * 24 * 3600.0


def text_to_embed(passage: Passage) -> str:
    """Return a passage's text below what it is about."""
    return "\n".join([passage.title, *passage.headings, passage.text]).lstrip("\n")


class CachedVectors:
    """Vectors from an embedder, kept in a cache. Without the cache it is only slower.

    The embedder sees at most `batch_size` texts at a time, so that others get their turn.
    """

    def __init__(
        self, embedder: Embedder, cache: Cache, lookups: Lookups, *, batch_size: int
    ) -> None:
        self._embedder = embedder
        self._cache = cache
        self._lookups = lookups
        self._batch_size = batch_size

    @property
    def model(self) -> str:
        return self._embedder.model

    async def vectors(
        self, texts: Sequence[str], tell: Callable[[int], Awaitable[None]]
    ) -> list[NDArray[np.float32]]:
        vectors: list[NDArray[np.float32]] = []
        for start in range(0, len(texts), self._batch_size):
            vectors += await self._batch(texts[start : start + self._batch_size])
            await tell(len(vectors))
        return vectors

    async def _batch(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        keys = [self._key(text) for text in texts]
        known = await self._known(keys)
        missing = [index for index, key in enumerate(keys) if key not in known]
        self._lookups.count_cache_lookup("vector", "hit", len(texts) - len(missing))
        self._lookups.count_cache_lookup("vector", "miss", len(missing))
        if missing:
            made = await self._embedder.embed_passages([texts[index] for index in missing])
            new = {keys[index]: vector for index, vector in zip(missing, made, strict=True)}
            await self._keep(new)
            known |= new
        return [known[key] for key in keys]

    async def _known(self, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        try:
            values = await self._cache.get_many(keys)
        except CacheUnavailableError:
            return {}
        size = self._embedder.dimension * np.dtype("<f4").itemsize
        return {
            key: np.frombuffer(value, dtype="<f4").astype(np.float32)
            for key, value in zip(keys, values, strict=True)
            if value is not None and len(value) == size
        }

    async def _keep(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        items = {key: vector.astype("<f4").tobytes() for key, vector in vectors.items()}
        try:
            await self._cache.set_many(items, ttl_seconds=TTL_SECONDS)
        except CacheUnavailableError:
            return

    def _key(self, text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()
        return f"passage-vector:{self.model}:{digest}"
