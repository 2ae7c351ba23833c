"""Conditions on the documents that passages are of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from askmesh.passages._access import Readable
from askmesh.passages._passage import Passage


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on documents. All must hold; an empty filter admits everything.

    A source admits the document of exactly that source; with a trailing slash it admits every
    document in that folder, at any depth. One without a leading slash may lie in any folder:
    "b.md", "a/b.md", "a/" and "home/" admit "/home/a/b.md". Times are aware; `modified_after` is
    inclusive and `modified_before` exclusive, and both exclude documents without a time. `readable`
    is what whoever asks may read; None if that is everything.
    """

    sources: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    readable: Readable | None = None

    @property
    def admits_everything(self) -> bool:
        """Whether no condition is set."""
        return not (
            self.sources
            or self.document_ids
            or self.modified_after
            or self.modified_before
            or self.attributes
            or self.readable
        )

    def admits(self, passage: Passage) -> bool:
        """Whether the passage's document meets every condition."""
        return (
            (not self.document_ids or passage.document_id in self.document_ids)
            and (not self.sources or any(lies_at(passage.source, place) for place in self.sources))
            and self._admits_time(passage.modified_time)
            and all(passage.attributes.get(key) == value for key, value in self.attributes.items())
            and (self.readable is None or self.readable.admits(passage.access))
        )

    def _admits_time(self, time: datetime | None) -> bool:
        if self.modified_after is None and self.modified_before is None:
            return True
        return (
            time is not None
            and (self.modified_after is None or time >= self.modified_after)
            and (self.modified_before is None or time < self.modified_before)
        )


ANY_DOCUMENT = Filter()


def lies_at(source: str, place: str) -> bool:
    """Whether the source is the place, or lies in it if that is a folder, named with a slash."""
    if source == place or not place:
        return source == place
    inside = f"/{place}"
    if place.endswith("/"):
        return source.startswith(place) or (place[0] != "/" and inside in source)
    return place[0] != "/" and source.endswith(inside)
