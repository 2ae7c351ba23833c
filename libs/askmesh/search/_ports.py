"""What an index of passages can do, whatever it is made of.

Searching and following the documents are apart: an index in each replica does both, while an engine
that all replicas share is searched by them, and followed into by one.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from askmesh.passages import ANY_DOCUMENT, AccessList, DocumentChange, Filter, Passage
from askmesh.search._types import Hit, UnindexableDocumentError, Vector


class PassageSearch(Protocol):
    """Passages that can be searched. Searches never wait for updates."""

    @property
    def revision(self) -> int:
        """The revision of the documents that searches see. 0 when nothing was indexed yet."""
        ...

    async def count(self, tenant: str, condition: Filter = ANY_DOCUMENT) -> int:
        """Return how many passages of the tenant that meet the condition searches can see."""
        ...


class KeywordSearch(PassageSearch, Protocol):
    """Finds passages by the words in them."""

    async def search(
        self, tenant: str, query: str, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        """Return the best `limit` passages of the tenant that meet the condition, best first.

        Any text is a valid query: no character has a special meaning. Each passage comes
        once; equal scores are ordered by passage id. Raises `IndexUnavailableError`.
        """
        ...

    async def corrected(self, tenant: str, query: str, condition: Filter = ANY_DOCUMENT) -> str:
        """Return the query with misspelt words replaced by words that the tenant's documents have.

        Only documents that meet the condition count. Words that they have stay, in whatever form,
        and so do English words, identifiers and numbers. Raises `IndexUnavailableError`.
        """
        ...

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the index's own copies in the order asked.

        Passages that the index does not hold are left out. When several documents have a passage
        of the same id, the newest one counts. Raises `IndexUnavailableError`.
        """
        ...


class VectorSearch(PassageSearch, Protocol):
    """Finds passages whose vectors point the same way as the query's."""

    async def search(
        self, tenant: str, vector: Vector, *, limit: int, condition: Filter = ANY_DOCUMENT
    ) -> list[Hit]:
        """Return the `limit` passages of the tenant with the largest inner product, best first.

        Only passages that meet the condition take part. Each passage comes once; equal scores are
        ordered by passage id. Raises `IndexUnavailableError`.
        """
        ...

    async def access_lists(self, tenant: str) -> Mapping[str, AccessList]:
        """Return by their keys the access lists of the tenant's documents that searches can see.

        Nobody changes what was returned. As long as no document of the tenant changes it is the
        same object.
        """
        ...


class FollowingIndex(Protocol):
    """An index that is kept at the newest revision of the documents."""

    @property
    def revision(self) -> int:
        """The newest revision that was applied. 0 when nothing was."""
        ...

    @property
    def store_id(self) -> str:
        """The document store that the revision is of, as `clear` was told. Empty if it was not."""
        ...

    async def unfit(self, changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
        """Return what is wrong with each document that can never be indexed as it is."""
        ...

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        """Index the changes and hold `revision`. Searches that start later see all of it.

        All of it happens, or nothing, and it outlives the process if the index has a place for
        it. Applying the same changes again changes nothing. Raises `UnindexableDocumentError` if
        a document is unfit, and `IndexUnavailableError` if trying again later may help.
        """
        ...

    async def clear(self, *, store_id: str = "") -> None:
        """Forget everything, back to revision 0, now of this document store."""
        ...


class KeywordIndex(KeywordSearch, FollowingIndex, Protocol):
    """A keyword search that follows the documents itself."""


class VectorIndex(VectorSearch, FollowingIndex, Protocol):
    """A vector search that follows the documents itself."""
