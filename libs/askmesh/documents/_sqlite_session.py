"""Connections to a SQLite file: one transaction at a time each, errors as ours."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from itertools import chain
from pathlib import Path
from typing import Literal

import aiosqlite

from askmesh.documents._sqlite_rows import SqlRow
from askmesh.documents._sqlite_schema import LEASING, LISTING, NAMING, SCHEMA, SCHEMA_VERSION
from askmesh.documents._store import DocumentStoreUnavailableError

_BUSY_SECONDS = 30.0  # SQLite lets waiting writers in by chance, not in turn
_STEPS = (SCHEMA, NAMING, LEASING, LISTING)  # from each format to the next
_OPENING_ATTEMPTS = 50
_OPENING_PAUSE_SECONDS = 0.1


class SqliteTransaction:
    """Statements between BEGIN and COMMIT."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database

    async def rows(self, statement: str, *values: object) -> list[SqlRow]:
        """Run one statement and return its rows."""
        return list(await self._database.execute_fetchall(statement, values))

    async def insert(self, statement: str, rows: Sequence[SqlRow]) -> None:
        """Run one statement for each of `rows`."""
        cursor = await self._database.executemany(statement, rows)
        await cursor.close()


class SqliteSession:
    """One connection. Callers of `transaction` take turns."""

    def __init__(self, database: aiosqlite.Connection) -> None:
        self._database = database
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(
        self, kind: Literal["IMMEDIATE", "DEFERRED"]
    ) -> AsyncGenerator[SqliteTransaction]:
        """Commit at the end of the block, or roll back when it fails or is cancelled."""
        async with self._turn:
            with _unavailable():
                transaction = SqliteTransaction(self._database)
                try:
                    await transaction.rows(f"BEGIN {kind}")
                    yield transaction
                    await transaction.rows("COMMIT")
                finally:
                    await self._database.rollback()  # does nothing after a commit


@asynccontextmanager
async def sqlite_session(path: Path, *, is_durable: bool = True) -> AsyncGenerator[SqliteSession]:
    """Open the file, create its tables if there are none, and close it at the end.

    What is not durable survives the process, but not always the machine, and waits for no disk.
    """
    with _unavailable():
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        connecting = aiosqlite.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    async with AsyncExitStack() as stack:
        with _unavailable():
            database = await stack.enter_async_context(connecting)
            await _use_write_ahead_log(database)
            session = SqliteSession(database)
            await _create_tables(session)
            if not is_durable:
                await database.execute_fetchall("PRAGMA synchronous = NORMAL")
        yield session


async def _use_write_ahead_log(database: aiosqlite.Connection) -> None:
    # Changing the journal does not wait for other processes that do the same.
    for _ in range(_OPENING_ATTEMPTS):
        try:
            await database.execute_fetchall("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(_OPENING_PAUSE_SECONDS)
    await database.execute_fetchall("PRAGMA synchronous = FULL")


async def _create_tables(session: SqliteSession) -> None:
    async with session.transaction("IMMEDIATE") as transaction:
        ((version,),) = await transaction.rows("PRAGMA user_version")
        if version > SCHEMA_VERSION:
            raise DocumentStoreUnavailableError(
                f"the document file has format {version}; this version reads {SCHEMA_VERSION}"
            )
        for statement in chain.from_iterable(_STEPS[version:]):
            await transaction.rows(statement)


@contextmanager
def _unavailable() -> Generator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DocumentStoreUnavailableError(f"the document file does not work: {error}") from error
