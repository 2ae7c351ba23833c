"""A small cache before a large one: what is asked for often costs no round trip."""

from collections.abc import Mapping, Sequence

from askmesh.caching._cache import Cache
from askmesh.caching._memory import MemoryCache

NEAR_BYTES = 16 * 1024 * 1024
NEAR_SECONDS = 10.0
"""How long a copy is kept. It may outlive by this what it was copied from."""


class LayeredCache:
    """A Cache of this process before one that others share, for values that never change.

    What is in memory is given while the other one does not answer, too.
    """

    def __init__(self, far: Cache, near: MemoryCache) -> None:
        self._far = far
        self._near = near

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        found = await self._near.get_many(keys)
        missing = [key for key, value in zip(keys, found, strict=True) if value is None]
        if not missing:
            return found
        fetched = dict(zip(missing, await self._far.get_many(missing), strict=True))
        copies = {key: value for key, value in fetched.items() if value is not None}
        await self._near.set_many(copies, ttl_seconds=NEAR_SECONDS)
        return [
            fetched[key] if value is None else value for key, value in zip(keys, found, strict=True)
        ]

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        await self._near.set_many(items, ttl_seconds=min(ttl_seconds, NEAR_SECONDS))
        await self._far.set_many(items, ttl_seconds=ttl_seconds)
