"""A cache in Redis, shared by all processes."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from askmesh.caching._cache import Cache, CacheUnavailableError
from askmesh.errors import StartupError

KEY_PREFIX = "askmesh:cache:v1:"
"""Stands before every key; its version changes with the form of the keys."""

MAX_CONNECTIONS = 8
TIMEOUT_SECONDS = 0.2
"""How long a call may take, waiting for a connection included."""


class RedisCache:
    """A Cache over one pool of connections.

    Callers beyond MAX_CONNECTIONS queue here in the order in which they came. The pool's own
    blocking variant lets later callers barge in, so that some wait for seconds.
    """

    def __init__(self, client: Redis, *, timeout_seconds: float) -> None:
        self._client = client
        self._timeout_seconds = timeout_seconds
        self._connections = asyncio.Semaphore(MAX_CONNECTIONS)

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        if not keys:
            return []
        async with self._call():
            values = await self._client.mget([_redis_key(key) for key in keys])
        return cast("list[bytes | None]", values)

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        if not items:
            return
        milliseconds = max(1, round(ttl_seconds * 1000))
        async with self._call(), self._client.pipeline(transaction=False) as pipeline:
            for key, value in items.items():
                pipeline.set(_redis_key(key), value, px=milliseconds)
            await pipeline.execute()

    @asynccontextmanager
    async def _call(self) -> AsyncGenerator[None]:
        with _unavailable():
            async with asyncio.timeout(self._timeout_seconds), self._connections:
                yield


@asynccontextmanager
async def redis_cache(
    address: str, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncGenerator[Cache]:
    """Yield a cache at `address`, "redis://..." or "rediss://...", and close its connections.

    It connects with the first call, so a Redis that is down holds nothing up; once it is back,
    the next call finds it.
    """
    async with _client(address, timeout_seconds) as client:
        yield RedisCache(client, timeout_seconds=timeout_seconds)


def _client(address: str, timeout_seconds: float) -> Redis:
    try:
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType] - untyped options
            address,
            max_connections=2 * MAX_CONNECTIONS,  # never reached: the cache queues before
            socket_connect_timeout=timeout_seconds,
            socket_timeout=timeout_seconds,
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
    except ValueError as error:
        raise StartupError(
            "CACHE_ADDRESS_INVALID", f"the cache address is wrong: {error}"
        ) from error


def _redis_key(key: str) -> bytes:
    # Keys may hold anything a question holds, lone surrogates included.
    return f"{KEY_PREFIX}{key}".encode(errors="surrogatepass")


@contextmanager
def _unavailable() -> Generator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise CacheUnavailableError("the cache does not answer") from error
