"""Values that go into indexes and come out of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from askmesh.errors import StartupError, UnavailableError

Vector: TypeAlias = NDArray[np.float32]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def _no_vector() -> Vector:
    return np.empty(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as an index holds it. `vector` has unit length; keyword indexes do not keep it."""

    passage_id: str
    document_id: str
    text: str
    title: str = ""
    headings: tuple[str, ...] = ()
    source: str = ""
    position: int = 0
    revision: int = 0
    modified_time: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    vector: Vector = field(default_factory=_no_vector, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DocumentUpdate:
    """The whole new content of one document of one tenant. Without passages it is deleted."""

    tenant: str
    document_id: str
    passages: tuple[IndexedPassage, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found. Scores of one search are comparable; higher is better."""

    passage_id: str
    score: float


class Filterable(Protocol):
    """What filters look at."""

    @property
    def document_id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def modified_time(self) -> datetime | None: ...
    @property
    def attributes(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Conditions on documents. All must hold; an empty filter admits everything.

    A source admits the document of exactly that source; with a trailing slash it admits every
    document in that folder, at any depth. One without a leading slash may lie in any folder:
    "b.md", "a/b.md", "a/" and "home/" admit "/home/a/b.md". Times are aware; `modified_after` is
    inclusive and `modified_before` exclusive, and both exclude documents without a time.
    """

    sources: frozenset[str] = frozenset()
    document_ids: frozenset[str] = frozenset()
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def admits_everything(self) -> bool:
        """Whether no condition is set."""
        return not (
            self.sources
            or self.document_ids
            or self.modified_after
            or self.modified_before
            or self.attributes
        )

    def admits(self, passage: Filterable) -> bool:
        """Whether the passage's document meets every condition."""
        return (
            (not self.document_ids or passage.document_id in self.document_ids)
            and (not self.sources or any(lies_at(passage.source, place) for place in self.sources))
            and self._admits_time(passage.modified_time)
            and all(passage.attributes.get(key) == value for key, value in self.attributes.items())
        )

    def _admits_time(self, time: datetime | None) -> bool:
        if self.modified_after is None and self.modified_before is None:
            return True
        return (
            time is not None
            and (self.modified_after is None or time >= self.modified_after)
            and (self.modified_before is None or time < self.modified_before)
        )


ANY_DOCUMENT = SearchFilter()


def lies_at(source: str, place: str) -> bool:
    """Whether the source is the place, or lies in it if that is a folder, named with a slash."""
    if source == place or not place:
        return source == place
    inside = f"/{place}"
    if place.endswith("/"):
        return source.startswith(place) or (place[0] != "/" and inside in source)
    return place[0] != "/" and source.endswith(inside)


def places(source: str) -> list[str]:
    """Return what the source lies at, but for relative folders that it does not begin with.

    These are itself, its ends after each slash, and every folder above it.
    """
    slashes = [at for at, char in enumerate(source) if char == "/"]
    ends = [end for at in slashes if (end := source[at + 1 :]) and end[0] != "/"]
    folders = [source[: at + 1] for at in slashes]
    return list(dict.fromkeys([source, *ends, *folders]))


def microseconds(time: datetime) -> int:
    """Return the microseconds from 1970 to an aware time."""
    return (time - _EPOCH) // timedelta(microseconds=1)
