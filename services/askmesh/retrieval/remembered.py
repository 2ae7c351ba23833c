"""Vectors of queries, made once."""

import hashlib
import unicodedata
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from askmesh.caching import Cache, Lookups, Memo
from askmesh.inference import Embedder, vector_from_bytes, vector_to_bytes

KEPT_SECONDS = 86_400.0


class RememberedVectors:
    """A QueryEmbedder that asks a cache before an embedder."""

    def __init__(self, embedder: Embedder, cache: Cache, lookups: Lookups) -> None:
        self._embedder = embedder
        self._memo: Memo[str, NDArray[np.float32]] = Memo(
            cache,
            lookups,
            name="query-vector",
            kept_seconds=KEPT_SECONDS,
            pack=vector_to_bytes,
            unpack=partial(vector_from_bytes, dimension=embedder.dimension),
        )

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        digest = hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()
        key = f"{self._embedder.model}:{digest}"
        return (await self._memo.get_many({key: text}, self._made))[key]

    async def _made(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        return [await self._embedder.embed_query(text) for text in texts]
