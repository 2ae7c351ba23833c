"""Caches of bytes: one port, kept in memory, in a file or in Redis."""

from askmesh.caching._cache import Cache, CacheUnavailableError
from askmesh.caching._flights import Flights
from askmesh.caching._keys import redis_key, together
from askmesh.caching._memo import Lookups, Memo
from askmesh.caching._memory import LayeredCache, MemoryCache
from askmesh.caching._opening import memory_cache, open_cache
from askmesh.caching._redis import RedisCache, RedisCommands, Script, redis_cache, redis_commands
from askmesh.caching._sqlite import SqliteCache, sqlite_cache

__all__ = [
    "Cache",
    "CacheUnavailableError",
    "Flights",
    "LayeredCache",
    "Lookups",
    "Memo",
    "MemoryCache",
    "RedisCache",
    "RedisCommands",
    "Script",
    "SqliteCache",
    "memory_cache",
    "open_cache",
    "redis_cache",
    "redis_commands",
    "redis_key",
    "sqlite_cache",
    "together",
]
