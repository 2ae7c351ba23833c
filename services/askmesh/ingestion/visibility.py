"""The documents of a tenant as one caller sees them."""

from dataclasses import dataclass

from askmesh.documents import CollectionCount, DocumentStore, StoredDocument
from askmesh.identity import Caller, Role
from askmesh.passages import EVERYONE, AccessList

_MANAGERS = frozenset({Role.ADMINISTRATOR, Role.INGESTER})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks at documents: those who manage them see all, others what they may read."""

    tenant: str
    manages: bool
    principals: frozenset[str]

    def sees(self, access: AccessList | None) -> bool:
        """Whether documents with this list are there for the viewer."""
        return self.manages or (access or EVERYONE).admits(self.principals)


def viewer_of(caller: Caller) -> Viewer:
    """Return how a caller sees documents."""
    manages = caller.reads_all or not caller.roles.isdisjoint(_MANAGERS)
    return Viewer(caller.tenant, manages, frozenset(caller.principals))


class VisibleDocuments:
    """Documents of a store that a viewer sees. The others are as if they were not there."""

    def __init__(self, store: DocumentStore, viewer: Viewer) -> None:
        self._store = store
        self._viewer = viewer

    async def get(self, document_id: str) -> StoredDocument | None:
        """Return a document, or None."""
        stored = await self._store.get_document(self._viewer.tenant, document_id)
        return stored if stored and self._viewer.sees(stored.document.access) else None

    async def list(self, *, after: str, limit: int) -> list[StoredDocument]:
        """Return documents by name as the store lists them, as many as are seen."""
        seen: list[StoredDocument] = []
        while len(seen) < limit:
            page = await self._store.list_documents(self._viewer.tenant, after=after, limit=limit)
            seen += [each for each in page if self._viewer.sees(each.document.access)]
            if len(page) < limit:
                break
            after = page[-1].document.document_id
        return seen[:limit]

    async def count(self) -> CollectionCount:
        """Return how much is seen, and the tenant's newest revision."""
        counts = await self._store.count_by_access(self._viewer.tenant)
        seen = (each for each in counts if self._viewer.sees(each.access))
        return CollectionCount.of(seen, await self._store.last_change(self._viewer.tenant))
