"""A tenant's vectors at one moment, so that searches and updates never wait for each other.

An update makes new segments and new marks of what is live beside the old ones, and hands out a new
`Collection`; a search works on the collection it started with. Segments of similar size are merged,
so there are few, and a vector is copied a number of times logarithmic in the collection's size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from askmesh.passages import DocumentChange, Filter, Passage
from askmesh.search._segments import DocumentVectors, Segment, VectorsOf, segment_of
from askmesh.search._types import Hit, UnindexableDocumentError, Vector

_MERGE_RATIO = 2


@dataclass(frozen=True, slots=True)
class Collection:
    """The vectors of one tenant at one moment."""

    segments: tuple[Segment, ...] = ()

    def count(self) -> int:
        """Return how many passages are live."""
        return sum(segment.live_count() for segment in self.segments)

    def documents(self) -> Iterator[DocumentVectors]:
        """Yield the live documents."""
        return (document for segment in self.segments for document in segment.documents())

    def search(self, vector: Vector, limit: int, condition: Filter) -> list[Hit]:
        """Return the best `limit` passages that meet the condition, best first."""
        hits = [
            hit for segment in self.segments for hit in segment.search(vector, limit, condition)
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def updated(
        self, updates: Sequence[tuple[str, DocumentVectors | None]], vectors_of: VectorsOf
    ) -> "Collection":
        """Return the collection with these documents replaced, or removed where None."""
        latest = dict(updates)
        segments = [segment.without(list(latest)) for segment in self.segments]
        added = [document for document in latest.values() if document is not None]
        if added:
            segments.append(segment_of(added, vectors_of))
        return Collection(tuple(_merged(segments, vectors_of)))


def document_vectors(update: DocumentChange, dimension: int) -> DocumentVectors | None:
    """Return the vectors of an update, None if it deletes. Raises `UnindexableDocumentError`."""
    if not update.passages:
        return None
    if any(embedded.embedding.shape != (dimension,) for embedded in update.passages):
        raise _unfit(update, f"its vectors do not have {dimension} dimensions")
    vectors = np.stack([embedded.embedding for embedded in update.passages]).astype(np.float32)
    if not np.isfinite(vectors).all():
        raise UnindexableDocumentError(
            update.tenant, update.document_id, "its vectors are not finite"
        )
    passage_ids = tuple(embedded.passage.passage_id for embedded in update.passages)
    return DocumentVectors(_facts(update), passage_ids, vectors)


def _unfit(update: DocumentChange, problem: str) -> UnindexableDocumentError:
    return UnindexableDocumentError(update.tenant, update.document_id, problem)


def _facts(update: DocumentChange) -> Passage:
    first = update.passages[0].passage
    return Passage(
        passage_id="",
        document_id=update.document_id,
        text="",
        source=first.source,
        modified_time=first.modified_time,
        attributes=first.attributes,
    )


def _merged(segments: Sequence[Segment], vectors_of: VectorsOf) -> list[Segment]:
    """Return segments of which each is at least twice as large as the next, and half live."""
    merged: list[Segment] = []
    for segment in sorted(segments, key=Segment.live_count, reverse=True):
        joined = _compact(segment, vectors_of)
        while (
            joined is not None
            and merged
            and merged[-1].live_count() < _MERGE_RATIO * joined.live_count()
        ):
            documents = [*merged.pop().documents(), *joined.documents()]
            joined = segment_of(documents, vectors_of)
        if joined is not None:
            merged.append(joined)
    return merged


def _compact(segment: Segment, vectors_of: VectorsOf) -> Segment | None:
    live = segment.live_count()
    if live == 0:
        return None
    if live * _MERGE_RATIO >= len(segment.vectors):
        return segment
    return segment_of(list(segment.documents()), vectors_of)
