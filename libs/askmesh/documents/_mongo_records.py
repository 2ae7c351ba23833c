"""How values become records of MongoDB, and which indexes the records need."""

from collections.abc import Mapping
from typing import Any

from askmesh.documents._encoding import from_bytes, to_bytes, to_json
from askmesh.documents._store import Document, StoredDocument
from askmesh.passages import (
    AccessList,
    EmbeddedPassage,
    Passage,
    access_from_text,
    access_to_text,
    from_micros,
    passage_from_plain,
    passage_to_plain,
    to_micros,
)

MongoRecord = dict[str, Any]
"""A record of the database. It has the fields that the functions of this module write."""

DOCUMENT_INDEXES: Mapping[str, Mapping[str, object]] = {
    "tenant,document_id": {},
    "tenant,revision": {},
    "revision": {"unique": True, "sparse": True},
    "version": {"unique": True, "sparse": True},
    "leases.floor": {"sparse": True},
}
"""Fields of the collection of documents to index, comma separated, with options."""

PASSAGE_INDEXES: Mapping[str, Mapping[str, object]] = {
    "tenant,passage_id": {},
    "version,position": {},
}
"""Fields of the collection of passages to index, comma separated, with options."""


def document_key(tenant: str, document_id: str) -> str:
    """Return the `_id` of a document's record, which no other pair of names gives."""
    return to_json([tenant, document_id])


def document_fields(tenant: str, document: Document, passage_count: int) -> MongoRecord:
    """Return what a put sets in the document's record; the access list stays if none is given."""
    own = {} if document.access is None else access_fields(document.access)
    return own | {
        "tenant": tenant,
        "document_id": document.document_id,
        "deleted": False,
        "passage_count": passage_count,
        "title": document.title,
        "source": document.source,
        "content_hash": document.content_hash,
        "modified_micros": to_micros(document.modified_time),
        "attributes": _pairs(document.attributes),
    }


def access_fields(access: AccessList) -> MongoRecord:
    """Return what a change of the access list sets in the document's record."""
    return {"access": access_to_text(access)}


def tombstone_fields(tenant: str, document_id: str) -> MongoRecord:
    """Return what a deletion sets in the document's record."""
    return {
        "tenant": tenant,
        "document_id": document_id,
        "deleted": True,
        "passage_count": 0,
        "title": "",
        "source": "",
        "content_hash": "",
        "modified_micros": None,
        "attributes": [],
        "access": "",
    }


def document_of(record: MongoRecord) -> StoredDocument:
    """Return the document of a visible record."""
    document = Document(
        document_id=record["document_id"],
        title=record["title"],
        source=record["source"],
        content_hash=record["content_hash"],
        modified_time=from_micros(record["modified_micros"]),
        attributes=dict(record["attributes"]),
        access=access_of(record),
    )
    return StoredDocument(document, record["revision"], record["passage_count"])


def access_of(record: MongoRecord) -> AccessList:
    """Return the access list of a document's record, that of everyone if it is older than lists."""
    return access_from_text(record.get("access", ""))


def passage_record(tenant: str, embedded: EmbeddedPassage) -> MongoRecord:
    """Return the record of a passage, without the version that it belongs to."""
    plain = passage_to_plain(embedded.passage)
    del plain["revision"], plain["access"]  # those of its document
    own = {"attributes": _pairs(embedded.passage.attributes)}
    return {"tenant": tenant, **plain, **own, "embedding": to_bytes(embedded.embedding)}


def passage_of(record: MongoRecord, owner: MongoRecord) -> Passage:
    """Return the passage of a record, whose document has the record `owner`."""
    own = {"revision": owner["revision"], "access": owner.get("access", "")}
    return passage_from_plain(record | own)


def embedded_passage_of(record: MongoRecord, owner: MongoRecord) -> EmbeddedPassage:
    """Return the passage of a record with its vector."""
    return EmbeddedPassage(passage_of(record, owner), from_bytes(record["embedding"]))


def _pairs(attributes: Mapping[str, str]) -> list[list[str]]:
    # Names of fields must not hold dots, dollars or NUL; values may.
    return [[name, value] for name, value in attributes.items()]
