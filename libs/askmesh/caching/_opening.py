"""Caches by address."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from askmesh.caching._cache import Cache
from askmesh.caching._connecting import SCHEMES
from askmesh.caching._memory import NEAR_BYTES, LayeredCache, MemoryCache
from askmesh.caching._redis import redis_cache
from askmesh.caching._sqlite import sqlite_cache
from askmesh.errors import StartupError
from askmesh.resilience import OnWait

MEMORY_CACHE_BYTES = 64 * 1024 * 1024


def open_cache(
    address: str, *, on_wait: OnWait = lambda _: None
) -> AbstractAsyncContextManager[Cache]:
    """Return the cache at `address`, to be entered: "memory:", "sqlite:PATH" or that of a Redis.

    One that is not in memory has a small one in memory before it. `on_wait` is told for how many
    seconds each request to Redis waited for a connection.
    """
    scheme, _, rest = address.partition(":")
    if scheme == "memory":
        return memory_cache()
    if scheme == "sqlite" and rest:
        return _layered(sqlite_cache(Path(rest)))
    if scheme in SCHEMES:
        return _layered(redis_cache(address, on_wait=on_wait))
    raise StartupError(
        "CACHE_ADDRESS_INVALID",
        f'a cache address starts with "memory:", "sqlite:PATH", "redis://", "redis+sentinel://", '
        f'"redis+cluster://" or the same with "rediss", not {scheme!r}',
    )


@asynccontextmanager
async def _layered(opening: AbstractAsyncContextManager[Cache]) -> AsyncGenerator[Cache]:
    async with opening as far:
        yield LayeredCache(far, MemoryCache(NEAR_BYTES))


@asynccontextmanager
async def memory_cache(max_bytes: int = MEMORY_CACHE_BYTES) -> AsyncGenerator[Cache]:
    """Yield an empty cache of this process."""
    yield MemoryCache(max_bytes)
