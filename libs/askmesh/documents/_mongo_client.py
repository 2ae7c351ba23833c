"""The connection to MongoDB: one pool per process, time limits, errors as ours."""

import asyncio
import re
import sys
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError
from pymongo.monitoring import CommandListener
from pymongo.uri_parser import split_options

from askmesh.documents._mongo_records import DOCUMENT_INDEXES, PASSAGE_INDEXES, MongoRecord
from askmesh.documents._opening import MONGO_CONNECTIONS
from askmesh.documents._store import DocumentStoreUnavailableError
from askmesh.errors import StartupError
from askmesh.resilience import OnWait

DEFAULT_DATABASE = "askmesh"

CLIENT_OPTIONS: Mapping[str, Any] = {
    "appname": "askmesh",
    "maxPoolSize": MONGO_CONNECTIONS,
    "serverSelectionTimeoutMS": 2000,
    "connectTimeoutMS": 2000,
    "socketTimeoutMS": 10_000,
    "waitQueueTimeoutMS": 5000,
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    # A repeated write would be applied twice where the server does not recognise it; no write
    # here depends on being repeated.
    "retryWrites": False,
}
"""Options of the client; the address may set others, and these differently."""


class MongoCollections:
    """The collections of a document store."""

    def __init__(self, client: AsyncMongoClient[MongoRecord], on_wait: OnWait) -> None:
        database = client.get_default_database(DEFAULT_DATABASE)
        self.documents: AsyncCollection[MongoRecord] = database["documents"]
        self.passages: AsyncCollection[MongoRecord] = database["passages"]
        self.counters: AsyncCollection[MongoRecord] = database["counters"]
        self.leases: AsyncCollection[MongoRecord] = database["leases"]
        pool = client.options.pool_options
        self._turns = asyncio.Semaphore(int(pool.max_pool_size) or sys.maxsize)
        self._patience = pool.wait_queue_timeout
        self._on_wait = on_wait
        self._indexing = asyncio.Lock()
        self._indexed = False

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None]:
        """Hold one connection's worth of work, first come, first served; errors are ours.

        The driver's pool alone lets a caller that comes back at once overtake those who wait.
        Raises DocumentStoreUnavailableError, also if no turn comes in `waitQueueTimeoutMS`.
        """
        asked = perf_counter()
        try:
            async with asyncio.timeout(self._patience):
                await self._turns.acquire()
        except TimeoutError as error:
            raise DocumentStoreUnavailableError(
                "all connections to the document store are busy"
            ) from error
        finally:
            self._on_wait(perf_counter() - asked)
        try:
            with _unavailable():
                yield
        finally:
            self._turns.release()

    async def ensure_indexes(self) -> None:
        """Create the indexes that are missing, once."""
        async with self._indexing:
            if not self._indexed:
                await self.documents.create_indexes(_index_models(DOCUMENT_INDEXES))
                await self.passages.create_indexes(_index_models(PASSAGE_INDEXES))
                self._indexed = True


@asynccontextmanager
async def mongo_collections(
    address: str, listeners: Sequence[CommandListener], on_wait: OnWait = lambda _: None
) -> AsyncGenerator[MongoCollections]:
    """Yield the collections of the database at `address`; connect when they are first used.

    Certificates that the address names, as in `?tls=true&tlsCAFile=/path`, are read now. Raise
    `StartupError` if the address is wrong, an option in it, too, or they cannot be used.
    """
    async with _client(address, listeners) as client:
        yield MongoCollections(client, on_wait)


def _client(address: str, listeners: Sequence[CommandListener]) -> AsyncMongoClient[MongoRecord]:
    query = address.partition("?")[2]
    named = {name.lower() for name, _ in parse_qsl(query)}
    options = {name: value for name, value in CLIENT_OPTIONS.items() if name.lower() not in named}
    try:
        _require_valid(query)
        return AsyncMongoClient[MongoRecord](address, event_listeners=listeners, **options)
    except (ConfigurationError, InvalidURI, ValueError) as error:
        # The driver's message may quote a part of the password.
        raise StartupError(
            "DOCUMENTS_ADDRESS_INVALID",
            f"the address of the document store is wrong ({type(error).__name__}): it is like "
            "mongodb://user:password@host:port/database, with the characters /, ?, #, @ and : of a "
            "password written as %2F, %3F, %23, %40 and %3A, and options as the driver has them",
        ) from None
    except OSError as error:
        raise StartupError(
            "DOCUMENTS_CERTIFICATES_UNUSABLE",
            f"The certificates that the address of the document store names cannot be used: "
            f"{error.filename or 'a file'}, {error.strerror or type(error).__name__}.",
        ) from error


def _require_valid(query: str) -> None:
    """Raise an error for an option that the driver would leave out with a warning.

    A `StartupError` names it where the driver knows it, and it can be no part of a password.
    """
    for option in filter(None, re.split("[&;]", query)):
        try:
            split_options(option)
        except ValueError:
            name = option.partition("=")[0]
            raise StartupError(
                "DOCUMENTS_ADDRESS_INVALID",
                f"the address of the document store has a wrong value of {name}",
            ) from None


@contextmanager
def _unavailable() -> Generator[None]:
    """Turn whatever the driver raises into DocumentStoreUnavailableError."""
    try:
        yield
    except PyMongoError as error:
        raise DocumentStoreUnavailableError(
            f"the document store does not answer ({type(error).__name__})"
        ) from error


def _index_models(indexes: Mapping[str, Mapping[str, object]]) -> list[IndexModel]:
    return [IndexModel(fields.split(","), **options) for fields, options in indexes.items()]
