"""The tables of a SQLite document store, and the statements that read and write them."""

SCHEMA_VERSION = 3

# Passages belong to a revision, and are deleted with the version that brought them.
SCHEMA = (
    "CREATE TABLE newest (revision INTEGER NOT NULL)",
    "INSERT INTO newest VALUES (0)",
    """
    CREATE TABLE documents (
        tenant TEXT NOT NULL,
        document_id TEXT NOT NULL,
        revision INTEGER NOT NULL UNIQUE,
        deleted INTEGER NOT NULL,
        passage_count INTEGER NOT NULL,
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        modified_micros INTEGER,
        attributes TEXT NOT NULL,
        PRIMARY KEY (tenant, document_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE passages (
        revision INTEGER NOT NULL,
        tenant TEXT NOT NULL,
        passage_id TEXT NOT NULL,
        document_id TEXT NOT NULL,
        position INTEGER NOT NULL,
        title TEXT NOT NULL,
        headings TEXT NOT NULL,
        text TEXT NOT NULL,
        source TEXT NOT NULL,
        modified_micros INTEGER,
        attributes TEXT NOT NULL,
        embedding BLOB NOT NULL
    )
    """,
    "CREATE INDEX passages_by_revision ON passages (revision, position)",
    "CREATE INDEX passages_by_id ON passages (tenant, passage_id)",
)
"""What makes the tables of format 1 in an empty file."""

NAMING = (
    "ALTER TABLE newest ADD COLUMN store_id TEXT NOT NULL DEFAULT ''",
    "UPDATE newest SET store_id = lower(hex(randomblob(16)))",
    "PRAGMA user_version = 2",
)
"""What makes format 2 of format 1: the store gets a name."""

LEASING = (
    """
    CREATE TABLE leases (
        tenant TEXT NOT NULL,
        document_id TEXT NOT NULL,
        owner TEXT NOT NULL,
        ends REAL NOT NULL,
        PRIMARY KEY (tenant, document_id)
    ) WITHOUT ROWID
    """,
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
"""What makes format 3 of format 2: documents can be reserved."""

NEXT_REVISION = "UPDATE newest SET revision = revision + 1"
SELECT_REVISION = "SELECT revision FROM newest"
SELECT_REVISION_AND_STORE = "SELECT revision, store_id FROM newest"
INSERT_DOCUMENT = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_PASSAGE = "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
DELETE_PASSAGES = """
    DELETE FROM passages WHERE revision =
        (SELECT revision FROM documents WHERE tenant = ? AND document_id = ?)
"""
SELECT_DOCUMENT = """
    SELECT * FROM documents WHERE tenant = ? AND document_id = ? AND NOT deleted
"""
SELECT_DOCUMENTS = """
    SELECT * FROM documents WHERE tenant = ? AND document_id > ? AND NOT deleted
    ORDER BY document_id LIMIT ?
"""
SELECT_CHANGED = """
    SELECT tenant, document_id, revision FROM documents
    WHERE revision > ? ORDER BY revision LIMIT ?
"""
SELECT_CHANGED_PASSAGES = """
    SELECT * FROM passages WHERE revision > ? AND revision <= ? ORDER BY revision, position, rowid
"""
SELECT_PASSAGES = """
    SELECT revision, tenant, passage_id, document_id, position, title, headings, text, source,
           modified_micros, attributes
    FROM passages WHERE tenant = ? AND passage_id IN (?) ORDER BY revision
"""
LAST_CHANGES = "SELECT tenant, max(revision) FROM documents GROUP BY tenant"
LEASE = """
    INSERT INTO leases VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET owner = excluded.owner, ends = excluded.ends
    WHERE owner = excluded.owner OR ends < ?
    RETURNING owner
"""
RELEASE = "DELETE FROM leases WHERE tenant = ? AND document_id = ? AND owner = ?"
COUNT = """
    SELECT count(*), coalesce(sum(passage_count), 0) FROM documents
    WHERE tenant = ? AND NOT deleted
"""


def select_passages(count: int) -> str:
    """Return the statement that finds `count` passages of a tenant by name, newest last."""
    return SELECT_PASSAGES.replace("(?)", "(" + ", ".join("?" * count) + ")")
