"""A cache in memory that forgets what was used longest ago."""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from askmesh.caching._cache import Cache

ENTRY_OVERHEAD_BYTES = 200
"""What an entry costs beside its key and value, roughly."""


@dataclass(frozen=True, slots=True)
class _Entry:
    value: bytes
    expires_at: float


class MemoryCache:
    """A Cache for one event loop that holds at most `max_bytes`, keys and overhead included.

    A value that does not fit at all is not kept.
    """

    def __init__(self, max_bytes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_bytes = max_bytes
        self._clock = clock
        self._bytes = 0
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        now = self._clock()
        return [self._get(key, now) for key in keys]

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        expires_at = self._clock() + ttl_seconds
        for key, value in items.items():
            self._forget(key)
            if _size(key, value) <= self._max_bytes:
                self._entries[key] = _Entry(value, expires_at)
                self._bytes += _size(key, value)
        while self._bytes > self._max_bytes:
            self._forget(next(iter(self._entries)))

    def _get(self, key: str, now: float) -> bytes | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.expires_at <= now:
            self._forget(key)
            return None
        self._entries.move_to_end(key)
        return entry.value

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry.value)


def _size(key: str, value: bytes) -> int:
    return 4 * len(key) + len(value) + ENTRY_OVERHEAD_BYTES


NEAR_BYTES = 16 * 1024 * 1024
NEAR_SECONDS = 10.0
"""How long a copy is kept. It may outlive by this what it was copied from."""


class LayeredCache:
    """A Cache of this process before one that others share, for values that never change.

    What is in memory is given while the other one does not answer, too.
    """

    def __init__(
        self, far: Cache, near: MemoryCache, *, near_seconds: float = NEAR_SECONDS
    ) -> None:
        self._far = far
        self._near = near
        self._near_seconds = near_seconds

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        found = await self._near.get_many(keys)
        missing = [key for key, value in zip(keys, found, strict=True) if value is None]
        if not missing:
            return found
        fetched = dict(zip(missing, await self._far.get_many(missing), strict=True))
        copies = {key: value for key, value in fetched.items() if value is not None}
        await self._near.set_many(copies, ttl_seconds=self._near_seconds)
        return [
            fetched[key] if value is None else value for key, value in zip(keys, found, strict=True)
        ]

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        await self._near.set_many(items, ttl_seconds=min(ttl_seconds, self._near_seconds))
        await self._far.set_many(items, ttl_seconds=ttl_seconds)
