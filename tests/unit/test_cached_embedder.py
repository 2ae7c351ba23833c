"""Vectors of queries in a cache."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from askmesh.errors import UnavailableError
from askmesh.inference import CachedEmbedder, HashingEmbedder


class CountingEmbedder(HashingEmbedder):
    """Counts the queries that reach it."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.queries = 0

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        self.queries += 1
        return await super().embed_query(text)


class DictCache:
    """A cache in a dictionary."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        return [self.values.get(key) for key in keys]

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        assert ttl_seconds > 0
        self.values.update(items)


class BrokenCache:
    """A cache that fails."""

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        raise UnavailableError("CACHE_UNAVAILABLE", f"No cache for {len(keys)} keys.")

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        raise UnavailableError("CACHE_UNAVAILABLE", f"No cache for {len(items)}, {ttl_seconds}.")


async def test_a_query_is_embedded_once() -> None:
    inner = CountingEmbedder()
    embedder = CachedEmbedder(inner, DictCache())
    first, second = [await embedder.embed_query("bridge") for _ in range(2)]
    np.testing.assert_array_equal(first, second)
    assert inner.queries == 1


async def test_other_queries_and_other_models_have_other_entries() -> None:
    cache = DictCache()
    small, large = CountingEmbedder(8), CountingEmbedder(16)
    assert (await CachedEmbedder(small, cache).embed_query("bridge")).shape == (8,)
    assert (await CachedEmbedder(large, cache).embed_query("bridge")).shape == (16,)
    assert (await CachedEmbedder(small, cache).embed_query("river")).shape == (8,)
    assert (small.queries, large.queries) == (2, 1)


async def test_a_broken_cache_costs_no_answer() -> None:
    inner = CountingEmbedder()
    vector = await CachedEmbedder(inner, BrokenCache()).embed_query("bridge")
    np.testing.assert_array_equal(vector, await HashingEmbedder().embed_query("bridge"))


async def test_a_damaged_entry_is_replaced() -> None:
    cache = DictCache()
    embedder = CachedEmbedder(CountingEmbedder(), cache)
    vector = await embedder.embed_query("bridge")
    cache.values = dict.fromkeys(cache.values, b"torn")
    np.testing.assert_array_equal(vector, await embedder.embed_query("bridge"))
    assert b"torn" not in cache.values.values()


async def test_passages_go_to_the_embedder() -> None:
    embedder = CachedEmbedder(HashingEmbedder(8), DictCache())
    assert (await embedder.embed_passages(["a", "b"])).shape == (2, embedder.dimension)
    assert embedder.model == "hashing@8"
