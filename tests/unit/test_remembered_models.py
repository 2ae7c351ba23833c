"""Scores of pairs and vectors of queries that are kept."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from askmesh.caching import Cache, MemoryCache
from askmesh.reranking.remembered import RememberedScores
from askmesh.retrieval.remembered import RememberedVectors
from askmesh.telemetry import silent_telemetry
from support.fake_encoders import HashingEmbedder, OverlapCrossEncoder


class CountingEncoder(OverlapCrossEncoder):
    """Notes the texts that reach it."""

    def __init__(self, *, pair_seconds: float = 0.0) -> None:
        super().__init__(pair_seconds=pair_seconds)
        self.texts: list[str] = []

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        self.texts += texts
        return await super().score(query, texts, budget_seconds=budget_seconds)


class CountingEmbedder(HashingEmbedder):
    """Counts the queries that reach it."""

    queries = 0

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        self.queries += 1
        return await super().embed_query(text)


class TornCache(MemoryCache):
    """Has a part of everything."""

    def __init__(self) -> None:
        super().__init__(100_000)

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        return [b"torn"] * len(keys)


def _scores(encoder: CountingEncoder, cache: Cache, model: str = "m@1") -> RememberedScores:
    return RememberedScores(encoder, cache, silent_telemetry().metrics, model=model)


def _vectors(embedder: HashingEmbedder, cache: Cache) -> RememberedVectors:
    return RememberedVectors(embedder, cache, silent_telemetry().metrics)


async def test_a_pair_is_scored_once_whatever_stands_beside_it() -> None:
    encoder = CountingEncoder()
    scores = _scores(encoder, MemoryCache(100_000))
    first = await scores.score("red fox", ["a fox", "a red fox", "a hen"])
    again = await scores.score("red fox", ["a hen", "an ox", "a red fox", "a hen"])
    assert encoder.texts == ["a fox", "a red fox", "a hen", "an ox"]
    assert again == [first[2], again[1], first[1], first[2]]


async def test_other_queries_and_other_models_have_scores_of_their_own() -> None:
    encoder, cache = CountingEncoder(), MemoryCache(100_000)
    assert await _scores(encoder, cache).score("red", ["red fox"]) == [10.0]
    assert await _scores(encoder, cache).score("redr", ["ed fox"]) == [-10.0]
    assert await _scores(encoder, cache, "m@2").score("red", ["red fox"]) == [10.0]
    assert len(encoder.texts) == 3


async def test_a_pair_without_time_is_scored_when_there_is_time() -> None:
    scores = _scores(CountingEncoder(pair_seconds=1.0), MemoryCache(100_000))
    texts = ["red", "a red fox", "fox"]
    assert await scores.score("red", texts, budget_seconds=2.0) == [10.0, 10.0, None]
    assert await scores.score("red", texts, budget_seconds=1.0) == [10.0, 10.0, -10.0]


async def test_a_query_is_embedded_once_by_each_model() -> None:
    cache, small, large = MemoryCache(100_000), CountingEmbedder(8), CountingEmbedder(16)
    first, second = [await _vectors(small, cache).embed_query("bridge") for _ in range(2)]
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first, await HashingEmbedder(8).embed_query("bridge"))
    assert (await _vectors(large, cache).embed_query("bridge")).shape == (16,)
    assert (small.queries, large.queries) == (1, 1)


async def test_what_is_torn_is_made_again() -> None:
    vector = await _vectors(CountingEmbedder(8), TornCache()).embed_query("bridge")
    np.testing.assert_array_equal(vector, await HashingEmbedder(8).embed_query("bridge"))
    assert await _scores(CountingEncoder(), TornCache()).score("red", ["red fox"]) == [10.0]
