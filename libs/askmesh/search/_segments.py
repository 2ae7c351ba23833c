"""Immutable segments of vectors, and which of their rows are live."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import Filter, Passage
from askmesh.search._types import Hit, Vector


class SegmentVectors(Protocol):
    """Vectors that never change, and a way to search them."""

    def __len__(self) -> int: ...

    def vectors(self, start: int, stop: int) -> Vector:
        """Return a copy of the rows from `start` to `stop`."""
        ...

    def search(
        self, vector: Vector, limit: int, admitted: NDArray[np.bool_] | None
    ) -> list[tuple[float, int]]:
        """Return scores and rows of the best `limit` rows, best first, among those admitted."""
        ...


VectorsOf: TypeAlias = Callable[[Vector], SegmentVectors]


@dataclass(frozen=True, slots=True)
class DocumentVectors:
    """A document's passages and their vectors. `facts` is a passage of it, for filters."""

    facts: Passage
    passage_ids: tuple[str, ...]
    vectors: Vector


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one document in a segment."""

    start: int
    stop: int
    facts: Passage


@dataclass(frozen=True, slots=True)
class Segment:
    """Vectors of whole documents, and which of their rows are live. None means all."""

    vectors: SegmentVectors
    passage_ids: tuple[str, ...]
    blocks: dict[str, Block]
    live: NDArray[np.bool_] | None = None

    def live_count(self) -> int:
        """Return how many rows are live."""
        return len(self.vectors) if self.live is None else int(self.live.sum())

    def holds(self, document_id: str) -> bool:
        """Whether the document has live rows here."""
        block = self.blocks.get(document_id)
        return block is not None and (self.live is None or bool(self.live[block.start]))

    def without(self, document_ids: Sequence[str]) -> "Segment":
        """Return the segment with the rows of these documents dead."""
        held = [document_id for document_id in document_ids if self.holds(document_id)]
        if not held:
            return self
        live = np.ones(len(self.vectors), np.bool_) if self.live is None else self.live.copy()
        for document_id in held:
            live[self.blocks[document_id].start : self.blocks[document_id].stop] = False
        return replace(self, live=live)

    def documents(self) -> Iterator[DocumentVectors]:
        """Yield the live documents."""
        for document_id, block in self.blocks.items():
            if self.holds(document_id):
                yield DocumentVectors(
                    block.facts,
                    self.passage_ids[block.start : block.stop],
                    self.vectors.vectors(block.start, block.stop),
                )

    def search(self, vector: Vector, limit: int, condition: Filter) -> list[Hit]:
        """Return the best `limit` live passages that meet the condition, best first."""
        admitted = self.live if condition.admits_everything else self._admitted(condition)
        if admitted is not None and not admitted.any():
            return []
        found = self.vectors.search(vector, limit, admitted)
        return [Hit(self.passage_ids[row], score) for score, row in found]

    def _admitted(self, condition: Filter) -> NDArray[np.bool_]:
        admitted = np.zeros(len(self.vectors), np.bool_)
        for document_id in condition.document_ids or self.blocks:
            if self.holds(document_id) and condition.admits(self.blocks[document_id].facts):
                admitted[self.blocks[document_id].start : self.blocks[document_id].stop] = True
        return admitted


def segment_of(documents: Sequence[DocumentVectors], vectors_of: VectorsOf) -> Segment:
    """Return a segment of at least one document."""
    blocks: dict[str, Block] = {}
    size = 0
    for document in documents:
        stop = size + len(document.passage_ids)
        blocks[document.facts.document_id] = Block(size, stop, document.facts)
        size = stop
    return Segment(
        vectors_of(np.concatenate([document.vectors for document in documents])),
        tuple(item for document in documents for item in document.passage_ids),
        blocks,
    )
