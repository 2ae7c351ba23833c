"""The port of document stores, and the error that all of them raise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from askmesh.errors import UnavailableError
from askmesh.passages import AccessList, DocumentChange, EmbeddedPassage, Passage


@dataclass(frozen=True, slots=True)
class Document:
    """One document, without its text. `document_id` names it within its tenant.

    `content_hash` is the caller's: equal hashes mean that nothing changed. `modified_time` carries
    a time zone; stores give it back in UTC. Without `access`, a store keeps who may read the
    document already, which is everyone if it is new; what it gives back always has it.
    """

    document_id: str
    title: str
    source: str
    content_hash: str
    modified_time: datetime | None
    attributes: Mapping[str, str]
    access: AccessList | None = None


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
class AccessCount:
    """How much a tenant has with one access list."""

    access: AccessList
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class CollectionCount:
    """How much a tenant has, and the newest revision over all tenants (0 when there is none)."""

    documents: int
    passages: int
    revision: int

    @classmethod
    def of(cls, counts: Iterable[AccessCount], revision: int) -> Self:
        """Return the sums of counts."""
        each = [(count.documents, count.passages) for count in counts]
        return cls(sum(count for count, _ in each), sum(count for _, count in each), revision)


class DocumentStoreUnavailableError(UnavailableError):
    """The document store cannot be reached, or does not answer in time.

    A write that fails this way may have happened or not; writing again is safe.
    """

    def __init__(self, message: str, *, retry_after_seconds: float = 1.0) -> None:
        super().__init__(
            "DOCUMENT_STORE_UNAVAILABLE", message, retry_after_seconds=retry_after_seconds
        )


class DocumentStore(Protocol):
    """Keep documents with their passages, by tenant, and tell followers what changed.

    Every write gets a revision, which only grows; there may be gaps. What a store cannot keep
    unchanged (text that is not Unicode, a naive time, oversized text) it refuses with
    InvalidRequestError; nothing is stored then. Anything that is wrong with the store itself is a
    DocumentStoreUnavailableError. Any number of stores, in any processes, may share the data.
    """

    async def put_document(
        self, tenant: str, document: Document, passages: Sequence[EmbeddedPassage]
    ) -> int:
        """Replace the document and all its passages at once, and return the new revision.

        It is durable when this returns. Readers see the old version or the new one, whole. Of
        two writers of one document, the one with the greater revision wins.
        """
        ...

    async def set_access(
        self, tenant: str, document_ids: Sequence[str], access: AccessList
    ) -> dict[str, int]:
        """Change who may read documents; return the revision of each that has changed.

        A change is like any other to those who follow; passages and vectors stay. Documents that
        are not there, or that have this list already, stay as they are. When this is cut short,
        some documents may have changed and others not; doing it again is safe.
        """
        ...

    async def delete_document(self, tenant: str, document_id: str) -> int:
        """Delete the document and its passages, and return the revision at which it is gone.

        Deleting what is not there changes nothing and returns a revision at which that is so.
        """
        ...

    async def get_document(self, tenant: str, document_id: str) -> StoredDocument | None:
        """Return the document, or None when there is none."""
        ...

    async def list_documents(self, tenant: str, *, after: str, limit: int) -> list[StoredDocument]:
        """Return at most `limit` documents whose names come after `after`, ordered by name.

        Names are ordered by their code points, as UTF-8 orders them.
        """
        ...

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the passages in the order asked, without those that are not there: one batch.

        When several documents have a passage of the same id, the newest one counts.
        """
        ...

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        """Return the documents of all tenants that changed after `revision`: at most `limit`.

        Asking again with the page's revision until a page does not move it gives every document's
        newest state, deletions included, exactly when it is complete: a page never goes past a
        revision that a writer may still be committing. States that were replaced in the
        meantime are left out. `limit` is at least 1. Revisions mean something together with the
        page's `store_id` only: who followed another store starts again, at 0.
        """
        ...

    async def last_changes(self) -> dict[str, int]:
        """Return the newest revision of each tenant's documents, deletions included."""
        ...

    async def last_change(self, tenant: str) -> int:
        """Return the newest revision of the tenant's documents, deletions included; 0 if none."""
        ...

    async def lease(self, tenant: str, document_id: str, owner: str, *, seconds: float) -> bool:
        """Reserve a document for `owner`; return False while somebody else has reserved it.

        It ends with `release`, or after `seconds` by the clocks of those who take leases; taking
        it again prolongs it. A lease spares others the same work, and guards nothing: writes do
        not ask for it, and it may be lost with the machine.
        """
        ...

    async def release(self, tenant: str, document_id: str, owner: str) -> None:
        """End the lease of a document, if `owner` has it."""
        ...

    async def count(self, tenant: str) -> CollectionCount:
        """Return how much is stored for the tenant."""
        ...

    async def count_by_access(self, tenant: str) -> list[AccessCount]:
        """Return how much is stored for the tenant with each access list, in no order."""
        ...
