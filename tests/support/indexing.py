"""Passages and updates for tests of indexes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np

from askmesh.search import DocumentUpdate, Hit, IndexedPassage, Vector

TENANT = "acme"
DIMENSION = 8


def vector(*values: float) -> Vector:
    """Return the values as a vector of unit length, filled up with zeros."""
    filled = np.zeros(DIMENSION, np.float32)
    filled[: len(values)] = values
    return filled / max(float(np.linalg.norm(filled)), 1e-9)


def passage(
    passage_id: str,
    text: str = "",
    *,
    document_id: str = "",
    title: str = "",
    headings: tuple[str, ...] = (),
    source: str = "",
    modified_time: datetime | None = None,
    attributes: Mapping[str, str] = MappingProxyType({}),
    at: Vector | None = None,
) -> IndexedPassage:
    """Return a passage; its document has the same id unless another is given."""
    return IndexedPassage(
        passage_id=passage_id,
        document_id=document_id or passage_id,
        text=text,
        title=title,
        headings=headings,
        source=source,
        modified_time=modified_time,
        attributes=attributes,
        vector=vector(1.0) if at is None else at,
    )


def documents(*passages: IndexedPassage, tenant: str = TENANT) -> list[DocumentUpdate]:
    """Return one update for each document of the passages."""
    grouped: dict[str, list[IndexedPassage]] = {}
    for item in passages:
        grouped.setdefault(item.document_id, []).append(item)
    return [DocumentUpdate(tenant, name, tuple(group)) for name, group in grouped.items()]


def deletion(document_id: str, *, tenant: str = TENANT) -> DocumentUpdate:
    """Return the update that deletes a document."""
    return DocumentUpdate(tenant, document_id)


def found(hits: Sequence[Hit]) -> list[str]:
    """Return the passage ids of the hits."""
    return [hit.passage_id for hit in hits]
