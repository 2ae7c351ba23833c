"""What retrieval needs of others, and the values of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askmesh.documents import ChangePage
from askmesh.passages import Filter, Passage


class Mode(Enum):
    """Which indexes to ask."""

    HYBRID = auto()
    KEYWORD = auto()
    VECTOR = auto()


class MissingPart(Enum):
    """What a retrieval had to do without."""

    VECTOR_SEARCH = auto()
    KEYWORD_SEARCH = auto()
    DOCUMENT_STORE = auto()


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. The query is valid; see `validation`."""

    tenant: str
    query: str
    condition: Filter
    mode: Mode
    limit: int


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage and how it was found. Ranks count from 1; None where a search did not find it."""

    passage: Passage
    score: float
    keyword_rank: int | None
    vector_rank: int | None


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The passages found, best first.

    `collection_passages` is how many passages may be read, whatever the search's condition.
    `corrected_query` is what was searched for, if that is not what was asked.
    """

    passages: tuple[RetrievedPassage, ...]
    collection_passages: int
    missing: tuple[MissingPart, ...]
    corrected_query: str = ""


class QueryEmbedder(Protocol):
    """Turns a query into a vector."""

    async def embed_query(self, text: str) -> NDArray[np.float32]:
        """Return the unit vector of the query."""
        ...


class PassageReader(Protocol):
    """Reads passages by id."""

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the passages in the order asked; those that are gone are left out."""
        ...


class DocumentFeed(Protocol):
    """Says what changed, to those who follow."""

    async def changes_after(self, revision: int, *, limit: int) -> ChangePage:
        """Return the next changes after a revision, oldest first."""
        ...

    async def last_changes(self) -> dict[str, int]:
        """Return the newest revision of each tenant's documents, deletions included."""
        ...


class Gauges(Protocol):
    """Shows how far the indexes are."""

    def set_indexed_revision(self, revision: int) -> None:
        """Show the newest revision that searches can see."""
        ...

    def set_index_checked(self, seconds: float) -> None:
        """Show when the indexes held all documents, in seconds since 1970."""
        ...
