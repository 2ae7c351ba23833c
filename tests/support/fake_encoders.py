"""Encoders that need no model: words stand for meaning."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Adds up a fixed random vector for each word: texts that share words are near each other."""

    def __init__(self, dimension: int = 64) -> None:
        self._dimension = dimension

    @property
    def model(self) -> str:
        """Name and revision."""
        return f"hashing@{self._dimension}"

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self._dimension

    async def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts`."""
        vectors = [self._embed(text) for text in texts]
        return np.array(vectors, dtype=np.float32).reshape(len(texts), self._dimension)

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """The same vector as for a passage."""
        return self._embed(text)

    def _embed(self, text: str) -> NDArray[np.float32]:
        words = _words(text) or [""]
        total = np.sum([self._vector(word) for word in words], axis=0)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)

    def _vector(self, word: str) -> NDArray[np.float64]:
        random = np.random.default_rng(zlib.crc32(word.encode()))
        return random.standard_normal(self._dimension)


class OverlapCrossEncoder:
    """Scores by the share of the query's words that stand in the text: -10 for none, 10 for all.

    The budget counts pairs, not seconds: one pair takes `pair_seconds`.
    """

    def __init__(self, *, pair_seconds: float = 0.0) -> None:
        self._pair_seconds = pair_seconds

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        """Scores in the order of `texts`."""
        return [
            _overlap(query, text) if self._in_budget(place, budget_seconds) else None
            for place, text in enumerate(texts)
        ]

    def _in_budget(self, place: int, budget_seconds: float | None) -> bool:
        return budget_seconds is None or place * self._pair_seconds < budget_seconds


def _overlap(query: str, text: str) -> float:
    wanted = set(_words(query))
    share = len(wanted & set(_words(text))) / max(1, len(wanted))
    return 20.0 * share - 10.0


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
