"""Changing who may read documents that are stored."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from askmesh.documents import Document, DocumentStore
from askmesh.ingestion.listing import before
from askmesh.passages import AccessList, Filter, Passage

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """Documents that meet a condition and whose names begin so."""

    condition: Filter
    prefix: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said of which documents are meant."""
        return self.condition.admits_everything and not self.prefix

    def has(self, document: Document) -> bool:
        """Whether a document is meant."""
        return document.document_id.startswith(self.prefix) and self.condition.admits(
            Passage(
                passage_id="",
                document_id=document.document_id,
                text="",
                source=document.source,
                modified_time=document.modified_time,
                attributes=document.attributes,
            )
        )


@dataclass(frozen=True, slots=True)
class ListChange:
    """What has become of a change: documents that were meant, and those that had another list."""

    documents: int = 0
    changed: int = 0
    revision: int = 0


async def change_access(
    store: DocumentStore, tenant: str, selection: Selection, access: AccessList
) -> ListChange:
    """Let these documents have an access list; nothing is read or embedded again."""
    change = ListChange()
    async for names in _pages(store, tenant, selection):
        revisions = await store.set_access(tenant, names, access)
        change = ListChange(
            change.documents + len(names),
            change.changed + len(revisions),
            max([change.revision, *revisions.values()]),
        )
    return change


async def _pages(
    store: DocumentStore, tenant: str, selection: Selection
) -> AsyncIterator[Sequence[str]]:
    """Yield the names of the documents that are meant, some at a time."""
    if named := dict.fromkeys(selection.condition.document_ids):
        found = [await store.get_document(tenant, name) for name in named]
        yield [each.document.document_id for each in found if each and selection.has(each.document)]
        return
    after = before(selection.prefix)
    while page := await store.list_documents(tenant, after=after, limit=_PAGE):
        yield [each.document.document_id for each in page if selection.has(each.document)]
        after = page[-1].document.document_id
        if not after.startswith(selection.prefix):
            return
