"""Document stores by address."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from askmesh.documents._memory import memory_documents
from askmesh.documents._sqlite import sqlite_documents
from askmesh.documents._store import DocumentStore
from askmesh.errors import StartupError
from askmesh.resilience import OnWait

MONGO_CONNECTIONS = 8
"""Connections of a process to MongoDB at most, unless the address has `maxPoolSize`."""


def open_documents(
    address: str, *, on_wait: OnWait = lambda _: None
) -> AbstractAsyncContextManager[DocumentStore]:
    """Return the store at `address`, to be entered.

    `on_wait` is told for how many seconds each call waited for a connection, where there are
    connections.

    Addresses are "memory:", "sqlite:PATH", "mongodb://HOST/DATABASE" and "mongodb+srv://...".
    """
    scheme, _, rest = address.partition(":")
    if scheme == "memory":
        return memory_documents()
    if scheme == "sqlite" and rest:
        return sqlite_documents(Path(rest))
    if scheme in {"mongodb", "mongodb+srv"}:
        from askmesh.documents._mongo import mongo_documents  # noqa: PLC0415 - the driver is large

        return mongo_documents(address, on_wait=on_wait)
    raise StartupError(
        "DOCUMENTS_ADDRESS_INVALID",
        'the address of the document store must be "memory:", "sqlite:PATH" or "mongodb://...",'
        f" not one that starts with {scheme!r}",
    )
