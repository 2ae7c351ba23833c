"""What only a cache in a file can get wrong."""

import asyncio
import sys
from pathlib import Path

import pytest

from askmesh.caching import CacheUnavailableError, open_cache, sqlite_cache

LONG = 3600.0
KILOBYTE = b"x" * 1024
KEEP_AND_DIE = """
import asyncio, os, pathlib, signal, sys
from askmesh.caching import sqlite_cache

async def keep_and_die():
    async with sqlite_cache(pathlib.Path(sys.argv[1])) as cache:
        await cache.set_many({"key": b"value"}, ttl_seconds=3600)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(keep_and_die())
"""


async def test_what_is_kept_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KEEP_AND_DIE, path)
    assert await process.wait() < 0
    async with sqlite_cache(path) as cache:
        assert await cache.get_many(["key"]) == [b"value"]


async def test_two_that_share_a_file_see_what_the_other_keeps(tmp_path: Path) -> None:
    address = f"sqlite:{tmp_path / 'cache.sqlite'}"
    async with open_cache(address) as first, open_cache(address) as second:
        await first.set_many({"a": b"1"}, ttl_seconds=LONG)
        await second.set_many({"b": b"2"}, ttl_seconds=LONG)
        assert await first.get_many(["a", "b"]) == [b"1", b"2"]


async def test_a_full_file_forgets_what_was_kept_longest_ago(tmp_path: Path) -> None:
    async with sqlite_cache(tmp_path / "cache.sqlite", max_bytes=200 * 1024) as cache:
        for number in range(1000):
            await cache.set_many({str(number): KILOBYTE}, ttl_seconds=LONG)
        kept = await cache.get_many([str(number) for number in range(1000)])
    first_kept = kept.index(KILOBYTE)
    assert set(kept[first_kept:]) == {KILOBYTE}
    assert 100 < len(kept) - first_kept < 200
    assert (tmp_path / "cache.sqlite").stat().st_size < 300 * 1024


async def test_keeping_a_value_again_makes_it_the_newest(tmp_path: Path) -> None:
    async with sqlite_cache(tmp_path / "cache.sqlite", max_bytes=200 * 1024) as cache:
        for number in range(1000):
            await cache.set_many({"again": KILOBYTE, str(number): KILOBYTE}, ttl_seconds=LONG)
        assert await cache.get_many(["0", "again"]) == [None, KILOBYTE]


async def test_a_file_that_is_none_of_a_cache_holds_up_nothing_and_is_reported(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"This is no database. " * 1000)
    async with sqlite_cache(path) as cache:
        with pytest.raises(CacheUnavailableError):
            await cache.get_many(["key"])
        path.unlink()
        await cache.set_many({"key": b"value"}, ttl_seconds=LONG)
        assert await cache.get_many(["key"]) == [b"value"]
