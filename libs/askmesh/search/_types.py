"""Values that go into indexes and come out of them."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from askmesh.errors import StartupError, UnavailableError

Vector: TypeAlias = NDArray[np.float32]


class IndexUnavailableError(UnavailableError):
    """An index does not answer now. Its reason is SEARCH_UNAVAILABLE."""

    def __init__(self, message: str) -> None:
        super().__init__("SEARCH_UNAVAILABLE", message)


class IndexBusyError(StartupError):
    """Another process has the folder of the index open."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "INDEX_BUSY",
            f"Another process uses the index in {folder}: stop it, or choose another folder.",
            folder=folder,
        )


class UnindexableDocumentError(ValueError):
    """A document cannot be indexed as it is. Nothing of the same update was indexed."""

    def __init__(self, tenant: str, document_id: str, problem: str) -> None:
        super().__init__(f"document {document_id!r} cannot be indexed: {problem}")
        self.tenant = tenant
        self.document_id = document_id


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. Scores of one search are comparable; higher is better."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class FieldBoosts:
    """What a word in the title or in a heading counts more.

    Every word of title, headings and text counts once, as in one field; a word in the title counts
    `title` times the BM25 score of the title alone on top, and likewise for headings.
    """

    title: float = 0.25
    headings: float = 0.25

    def by_field(self) -> dict[str, float]:
        """Return the fields that take part in searches, with their factors."""
        fields = {"title": self.title, "headings": self.headings, "words": 1.0}
        return {name: boost for name, boost in fields.items() if boost > 0}


def places(source: str) -> list[str]:
    """Return what the source lies at, but for relative folders that it does not begin with.

    These are itself, its ends after each slash, and every folder above it.
    """
    slashes = [at for at, char in enumerate(source) if char == "/"]
    ends = [end for at in slashes if (end := source[at + 1 :]) and end[0] != "/"]
    folders = [source[: at + 1] for at in slashes]
    return list(dict.fromkeys([source, *ends, *folders]))
