"""The tables of a SQLite document store, and the statements that read and write them."""

SCHEMA_VERSION = 4

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
    "PRAGMA user_version = 3",
)
"""What makes format 3 of format 2: documents can be reserved."""

LISTING = (
    "ALTER TABLE documents ADD COLUMN access TEXT NOT NULL DEFAULT ''",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
"""What makes format 4 of format 3: documents have access lists, at first that of everyone."""

NEXT_REVISION = "UPDATE newest SET revision = revision + 1"
SELECT_REVISION = "SELECT revision FROM newest"
SELECT_REVISION_AND_STORE = "SELECT revision, store_id FROM newest"
INSERT_DOCUMENT = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
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
    SELECT passages.*, access FROM passages JOIN documents USING (revision)
    WHERE revision > ? AND revision <= ? ORDER BY revision, position, passages.rowid
"""
SELECT_PASSAGES = """
    SELECT revision, passages.tenant, passage_id, passages.document_id, position, passages.title,
           headings, text, passages.source, passages.modified_micros, passages.attributes, access
    FROM passages JOIN documents USING (revision)
    WHERE passages.tenant = ? AND passage_id IN (?) ORDER BY revision
"""
SELECT_ACCESS = """
    SELECT revision, access FROM documents WHERE tenant = ? AND document_id = ? AND NOT deleted
"""
SET_ACCESS = "UPDATE documents SET revision = ?, access = ? WHERE revision = ?"
MOVE_PASSAGES = "UPDATE passages SET revision = ? WHERE revision = ?"
LAST_CHANGES = "SELECT tenant, max(revision) FROM documents GROUP BY tenant"
LAST_CHANGE = "SELECT coalesce(max(revision), 0) FROM documents WHERE tenant = ?"
LEASE = """
    INSERT INTO leases VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET owner = excluded.owner, ends = excluded.ends
    WHERE owner = excluded.owner OR ends < ?
    RETURNING owner
"""
RELEASE = "DELETE FROM leases WHERE tenant = ? AND document_id = ? AND owner = ?"
COUNT_BY_ACCESS = """
    SELECT access, count(*), sum(passage_count) FROM documents
    WHERE tenant = ? AND NOT deleted GROUP BY access
"""


def select_passages(count: int) -> str:
    """Return the statement that finds `count` passages of a tenant by name, newest last."""
    return SELECT_PASSAGES.replace("(?)", "(" + ", ".join("?" * count) + ")")
