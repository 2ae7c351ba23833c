"""What an index of passages can do, whatever it is made of."""

from collections.abc import Sequence
from typing import Protocol

from askmesh.passages import ANY_DOCUMENT, DocumentChange, Filter, Passage
from askmesh.search._types import Hit, Vector


class FollowingIndex(Protocol):
    """An index that follows a feed of documents. Searches never wait for updates."""

    @property
    def revision(self) -> int:
        """The revision of the documents that searches see. 0 when nothing was indexed yet."""
        ...

    @property
    def store_id(self) -> str:
        """The document store that the revision is of, as `clear` was told. Empty if it was not."""
        ...

    async def apply(self, updates: Sequence[DocumentChange], *, revision: int) -> None:
        """Index the updates and hold `revision`. Searches that start later see all of it.

        All of it happens, or nothing. Applying the same updates again changes nothing. Raises
        `UnindexableDocumentError` if a document can never be indexed as it is, and
        `IndexUnavailableError` if trying again later may help.
        """
        ...

    async def save(self) -> None:
        """Make what was applied or cleared outlive the process, if the index has a place for it.

        Without it, an index on disk may come back with an older revision, never with a torn one.
        Raises `IndexUnavailableError`.
        """
        ...

    async def clear(self, *, store_id: str = "") -> None:
        """Forget everything, back to revision 0, now of this document store."""
        ...

    async def count(self, tenant: str) -> int:
        """Return how many passages of the tenant searches can see."""
        ...


class KeywordIndex(FollowingIndex, Protocol):
    """Finds passages by the words in them."""

    async def search(
        self, tenant: str, query: str, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        """Return the best `limit` passages of the tenant that meet the condition, best first.

        Any text is a valid query: no character has a special meaning. Each passage comes
        once; equal scores are ordered by passage id. Raises `IndexUnavailableError`.
        """
        ...

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the index's own copies in the order asked.

        Passages that the index does not hold are left out. When several documents have a passage
        of the same id, the newest one counts. Raises `IndexUnavailableError`.
        """
        ...


class VectorIndex(FollowingIndex, Protocol):
    """Finds passages whose vectors point the same way as the query's."""

    async def search(
        self, tenant: str, vector: Vector, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        """Return the `limit` passages of the tenant with the largest inner product, best first.

        Only passages that meet the condition take part. Each passage comes once; equal scores are
        ordered by passage id. Raises `IndexUnavailableError`.
        """
        ...
