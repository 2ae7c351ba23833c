"""Caches of bytes: one port, kept in memory or in Redis."""

from askmesh.caching._cache import Cache, CacheUnavailableError
from askmesh.caching._keys import redis_key, together
from askmesh.caching._memory import MemoryCache
from askmesh.caching._opening import memory_cache, open_cache
from askmesh.caching._redis import RedisCache, RedisCommands, Script, redis_cache, redis_commands

__all__ = [
    "Cache",
    "CacheUnavailableError",
    "MemoryCache",
    "RedisCache",
    "RedisCommands",
    "Script",
    "memory_cache",
    "open_cache",
    "redis_cache",
    "redis_commands",
    "redis_key",
    "together",
]
