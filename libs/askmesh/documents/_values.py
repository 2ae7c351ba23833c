"""Documents and pages of changes: the values that document stores take and give."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from askmesh.passages import DocumentChange


@dataclass(frozen=True, slots=True)
class Document:
    """One document, without its text. `document_id` names it within its tenant.

    `content_hash` is the caller's: equal hashes mean that nothing changed. `modified_time` carries
    a time zone; stores give it back in UTC.
    """

    document_id: str
    title: str
    source: str
    content_hash: str
    modified_time: datetime | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is visible now."""

    document: Document
    revision: int
    passage_count: int


@dataclass(frozen=True, slots=True, eq=False)
class ChangePage:
    """Changes by ascending revision, and the revision to ask for the next page with.

    `store_id` names the store that counts these revisions; it is empty before the first write. In
    the place of a store that is gone comes one of another name, or, from a copy of its data, one
    whose `newest` revision, at least that of every visible document, is behind.
    """

    changes: tuple[DocumentChange, ...]
    revision: int
    newest: int
    store_id: str


@dataclass(frozen=True, slots=True)
class CollectionCount:
    """How much a tenant has, and the newest revision over all tenants (0 when there is none)."""

    documents: int
    passages: int
    revision: int
