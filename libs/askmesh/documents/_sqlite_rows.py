"""How the values of a document store become rows of its SQLite tables, and rows values."""

from collections.abc import Sequence
from typing import Any

from askmesh.documents._encoding import (
    attributes_from_json,
    from_bytes,
    texts_from_json,
    to_bytes,
    to_json,
)
from askmesh.documents._store import AccessCount, Document, StoredDocument
from askmesh.passages import (
    EmbeddedPassage,
    Passage,
    access_from_text,
    from_micros,
    passage_from_plain,
    passage_to_plain,
    to_micros,
)

SqlRow = Sequence[Any]
"""A row of the database: the columns' types are those of the schema."""


_PASSAGE_COLUMNS = (
    *("passage_id", "document_id", "position", "title", "headings", "text", "source"),
    *("modified_micros", "attributes"),
)


def document_row(
    tenant: str, document: Document, access: str, revision: int, passage_count: int
) -> SqlRow:
    """Return the row of a visible document."""
    return (
        tenant,
        document.document_id,
        revision,
        0,
        passage_count,
        document.title,
        document.source,
        document.content_hash,
        to_micros(document.modified_time),
        to_json(document.attributes),
        access,
    )


def tombstone_row(tenant: str, document_id: str, revision: int) -> SqlRow:
    """Return the row of a deleted document."""
    return (tenant, document_id, revision, 1, 0, "", "", "", None, "{}", "")


def document_of(row: SqlRow) -> StoredDocument:
    """Return the document of a row of `documents`."""
    _, document_id, revision, _, count, title, source, *rest = row
    content_hash, micros, attributes, access = rest
    document = Document(
        document_id,
        title,
        source,
        content_hash,
        from_micros(micros),
        attributes_from_json(attributes),
        access_from_text(access),
    )
    return StoredDocument(document, revision, count)


def passage_row(tenant: str, embedded: EmbeddedPassage) -> SqlRow:
    """Return the row of a passage, all columns but the revision."""
    plain = passage_to_plain(embedded.passage)
    plain |= {name: to_json(plain[name]) for name in ("headings", "attributes")}
    return (tenant, *(plain[name] for name in _PASSAGE_COLUMNS), to_bytes(embedded.embedding))


def passage_of(row: SqlRow) -> Passage:
    """Return the passage of a row of `passages`, followed by the access list of its document.

    A column of its own for the vector may stand before that.
    """
    plain = dict(zip(("revision", "tenant", *_PASSAGE_COLUMNS), row, strict=False))
    plain["access"] = row[-1]
    plain["headings"] = texts_from_json(plain["headings"])
    plain["attributes"] = attributes_from_json(plain["attributes"])
    return passage_from_plain(plain)


def embedded_passage_of(row: SqlRow) -> EmbeddedPassage:
    """Return the passage of such a row that has its vector."""
    return EmbeddedPassage(passage_of(row), from_bytes(row[11]))


def count_of(row: SqlRow) -> AccessCount:
    """Return the count in a row of an access list, its documents and their passages."""
    access, documents, passages = row
    return AccessCount(access_from_text(access), documents, passages)
