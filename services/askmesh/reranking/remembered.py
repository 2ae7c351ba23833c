"""Scores of pairs, made once."""

import struct
from collections.abc import Sequence
from hashlib import sha256

from askmesh.caching import Cache, Lookups, Memo
from askmesh.inference import CrossEncoder

KEPT_SECONDS = 86_400.0
_FORM = struct.Struct("<d")


class RememberedScores:
    """A CrossEncoder that asks a cache before another one.

    A score depends on the model and the two texts alone, so that it is kept for whoever has the
    same texts: after a change of some documents, too. What is kept takes none of the budget.
    """

    def __init__(
        self, encoder: CrossEncoder, cache: Cache, lookups: Lookups, *, model: str
    ) -> None:
        """`model` names the encoder's model and its revision."""
        self._encoder = encoder
        self._model = model
        self._memo: Memo[str, float] = Memo(
            cache, lookups, name="score", kept_seconds=KEPT_SECONDS, pack=_FORM.pack, unpack=_score
        )

    async def score(
        self, query: str, texts: Sequence[str], *, budget_seconds: float | None = None
    ) -> list[float | None]:
        async def made(missing: Sequence[str]) -> list[float | None]:
            return await self._encoder.score(query, missing, budget_seconds=budget_seconds)

        keys = [self._key(query, text) for text in texts]
        known = await self._memo.get_many(dict(zip(keys, texts, strict=True)), made)
        return [known.get(key) for key in keys]

    def _key(self, query: str, text: str) -> str:
        pair = f"{len(query)}:{query}{text}".encode()
        return f"{self._model}:{sha256(pair).hexdigest()}"


def _score(content: bytes) -> float | None:
    return float(_FORM.unpack(content)[0]) if len(content) == _FORM.size else None
