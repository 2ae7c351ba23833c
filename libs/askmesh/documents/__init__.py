"""Documents and their passages: one port, kept in memory, in SQLite or in MongoDB."""

from askmesh.documents._memory import MemoryDocumentStore, memory_documents
from askmesh.documents._opening import MONGO_CONNECTIONS, open_documents
from askmesh.documents._sqlite import SqliteDocumentStore, sqlite_documents
from askmesh.documents._store import (
    AccessCount,
    ChangePage,
    CollectionCount,
    Document,
    DocumentStore,
    DocumentStoreUnavailableError,
    StoredDocument,
)

__all__ = [
    "MONGO_CONNECTIONS",
    "AccessCount",
    "ChangePage",
    "CollectionCount",
    "Document",
    "DocumentStore",
    "DocumentStoreUnavailableError",
    "MemoryDocumentStore",
    "SqliteDocumentStore",
    "StoredDocument",
    "memory_documents",
    "open_documents",
    "sqlite_documents",
]
