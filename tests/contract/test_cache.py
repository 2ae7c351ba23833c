"""What every cache does."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from askmesh.caching import (
    Cache,
    LayeredCache,
    MemoryCache,
    open_cache,
    redis_cache,
)
from askmesh.errors import StartupError
from support.redis_server import RedisServer

LONG = 3600.0
PATIENT = 20.0


@pytest.fixture(params=["memory", "sqlite", "redis", "layers", "cluster"])
async def cache(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Cache]:
    embedded = {"memory": "memory:", "sqlite": f"sqlite:{tmp_path / 'new' / 'cache.sqlite'}"}
    if request.param in embedded:
        async with open_cache(embedded[request.param]) as opened:
            yield opened
    else:
        layered = request.param == "layers"
        redis: RedisServer = request.getfixturevalue("redis" if layered else request.param)
        redis.empty()
        scheme = "redis+cluster" if request.param == "cluster" else "redis"
        address = f"{scheme}://127.0.0.1:{redis.port}"
        async with redis_cache(address, timeout_seconds=PATIENT) as opened:
            near = MemoryCache(10_000_000)
            yield LayeredCache(opened, near, near_seconds=0.1) if layered else opened


async def test_values_come_back_in_the_order_asked_and_none_for_the_rest(cache: Cache) -> None:
    await cache.set_many({"a": b"1", "b": b"2"}, ttl_seconds=LONG)
    assert await cache.get_many(["b", "no", "a", "b"]) == [b"2", None, b"1", b"2"]


async def test_any_bytes_and_any_keys_are_kept_unchanged(cache: Cache) -> None:
    everything = bytes(range(256)) * 100
    keys = ["", "a b\nc", "\0", "\u00e9", "e\u0301", "\ud800", "k" * 10_000, "tenant:{a}*?"]
    values = [key.encode(errors="surrogatepass") for key in keys]
    await cache.set_many(dict(zip(keys, values, strict=True)), ttl_seconds=LONG)
    await cache.set_many({"bytes": everything, "nothing": b""}, ttl_seconds=LONG)
    assert await cache.get_many(keys) == values
    assert await cache.get_many(["bytes", "nothing"]) == [everything, b""]


async def test_a_later_value_replaces_an_earlier_one(cache: Cache) -> None:
    await cache.set_many({"a": b"old"}, ttl_seconds=LONG)
    await cache.set_many({"a": b"new"}, ttl_seconds=LONG)
    assert await cache.get_many(["a"]) == [b"new"]


async def test_nothing_asked_is_nothing_done(cache: Cache) -> None:
    await cache.set_many({}, ttl_seconds=LONG)
    assert await cache.get_many([]) == []


async def test_a_value_is_forgotten_after_its_time(cache: Cache) -> None:
    await cache.set_many({"short": b"1"}, ttl_seconds=0.001)
    await cache.set_many({"long": b"2"}, ttl_seconds=LONG)
    while await cache.get_many(["short"]) != [None]:
        pass
    assert await cache.get_many(["short", "long"]) == [None, b"2"]


async def test_many_callers_at_once_are_all_served(cache: Cache) -> None:
    async with asyncio.TaskGroup() as callers:
        tasks = [callers.create_task(_round_trip(cache, f"key {number}")) for number in range(100)]
    assert all(task.result() for task in tasks)


async def _round_trip(cache: Cache, key: str) -> bool:
    await cache.set_many({key: key.encode()}, ttl_seconds=LONG)
    return await cache.get_many([key]) == [key.encode()]


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "/a/path",
            "sqlite:",
            "memcached://host",
            "redis://host:port",
            "redis+cluster://host:port",
        ),
        "redis+sentinel://host",  # of which service?
    ],
)
async def test_an_address_that_is_wrong_is_refused(address: str) -> None:
    with pytest.raises(StartupError):
        async with open_cache(address):
            pass
