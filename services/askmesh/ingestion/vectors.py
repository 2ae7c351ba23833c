"""Vectors of passages, made in small batches, and only once for the same text."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from askmesh.caching import Cache, Lookups, Memo
from askmesh.inference import Embedder, vector_from_bytes, vector_to_bytes
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
        self._memo: Memo[str, NDArray[np.float32]] = Memo(
            cache,
            lookups,
            name="passage-vector",
            kept_seconds=TTL_SECONDS,
            pack=vector_to_bytes,
            unpack=partial(vector_from_bytes, dimension=embedder.dimension),
        )
        self._batch_size = batch_size

    @property
    def model(self) -> str:
        return self._embedder.model

    async def vectors(
        self, texts: Sequence[str], tell: Callable[[int], Awaitable[None]]
    ) -> list[NDArray[np.float32]]:
        vectors: list[NDArray[np.float32]] = []
        for start in range(0, len(texts), self._batch_size):
            batch = texts[start : start + self._batch_size]
            keys = [self._key(text) for text in batch]
            made = await self._memo.get_many(dict(zip(keys, batch, strict=True)), self._made)
            vectors += [made[key] for key in keys]
            await tell(len(vectors))
        return vectors

    async def _made(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        return list(await self._embedder.embed_passages(texts))

    def _key(self, text: str) -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()
        return f"{self._embedder.model}:{digest}"
