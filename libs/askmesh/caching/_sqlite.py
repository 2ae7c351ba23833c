"""A cache in one file, which outlives the process and is shared by those of one machine."""

import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from askmesh.caching._cache import CacheUnavailableError
from askmesh.resilience import Threads, threads

FILE_BYTES = 512 * 1024 * 1024

_BUSY_SECONDS = 5.0
_KEYS_PER_STATEMENT = 500
_FORGOTTEN_SHARE = 16
"""One entry of so many goes, when the file is full."""

_TABLE = """
    CREATE TABLE IF NOT EXISTS entries (
        place INTEGER PRIMARY KEY,
        key BLOB NOT NULL UNIQUE,
        value BLOB NOT NULL,
        ends REAL NOT NULL
    )
"""
_SELECT = "SELECT key, value FROM entries WHERE ends > ? AND key IN ({})"
_INSERT = "INSERT OR REPLACE INTO entries (key, value, ends) VALUES (?, ?, ?)"
_PLACES = "SELECT min(place), max(place) FROM entries"
_FORGET = "DELETE FROM entries WHERE place <= ?"

T = TypeVar("T")


class SqliteCache:
    """A Cache in a file of about `max_bytes`, which forgets what was kept longest ago.

    What is kept survives the death of the process; the death of the machine may cost the last of
    it. The file is opened, and made if need be, with the first call.
    """

    def __init__(self, file: "_File", thread: Threads) -> None:
        self._file = file
        self._thread = thread

    async def get_many(self, keys: Sequence[str]) -> list[bytes | None]:
        names = [_name(key) for key in keys]
        found = await self._call(lambda: self._file.read(names)) if names else {}
        return [found.get(name) for name in names]

    async def set_many(self, items: Mapping[str, bytes], *, ttl_seconds: float) -> None:
        named = {_name(key): value for key, value in items.items()}
        await self._call(lambda: self._file.write(named, ttl_seconds))

    async def _call(self, work: Callable[[], T]) -> T:
        try:
            return await self._thread.call(work)
        except (sqlite3.Error, OSError) as error:
            raise CacheUnavailableError(f"the cache's file does not work: {error}") from error


class _File:
    """The file, for one thread."""

    def __init__(self, path: Path, max_bytes: int, clock: Callable[[], float]) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._clock = clock
        self._opened: sqlite3.Connection | None = None

    def read(self, names: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for start in range(0, len(names), _KEYS_PER_STATEMENT):
            asked = names[start : start + _KEYS_PER_STATEMENT]
            statement = _SELECT.format(",".join("?" * len(asked)))
            found.update(self._database().execute(statement, (self._clock(), *asked)))
        return found

    def write(self, items: Mapping[bytes, bytes], ttl_seconds: float) -> None:
        ends = self._clock() + ttl_seconds
        with self._database() as database:
            database.executemany(_INSERT, [(name, value, ends) for name, value in items.items()])
            while self._used_bytes(database) > self._max_bytes:
                first, last = database.execute(_PLACES).fetchone()
                database.execute(_FORGET, (first + (last - first) // _FORGOTTEN_SHARE,))

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def _database(self) -> sqlite3.Connection:
        if self._opened is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
            try:
                # Without waiting for the disk at each commit: a cache may lose its newest entries.
                database.execute("PRAGMA synchronous = NORMAL")
                database.execute("PRAGMA journal_mode = WAL")
                database.execute(_TABLE)
            except sqlite3.Error:
                database.close()
                raise
            self._opened = database
        return self._opened

    @staticmethod
    def _used_bytes(database: sqlite3.Connection) -> int:
        pages, free, page_bytes = (
            int(database.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * page_bytes


@asynccontextmanager
async def sqlite_cache(
    path: Path, *, max_bytes: int = FILE_BYTES, clock: Callable[[], float] = time.time
) -> AsyncGenerator[SqliteCache]:
    """Yield a cache in the file at `path`. A file that does not work holds nothing up."""
    file = _File(path, max_bytes, clock)
    async with threads("cache", 1) as thread:
        try:
            yield SqliteCache(file, thread)
        finally:
            await thread.call(file.close)


def _name(key: str) -> bytes:
    return key.encode(errors="surrogatepass")
