"""Passages and updates for tests of indexes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np

from askmesh.passages import EVERYONE, AccessList, DocumentChange, EmbeddedPassage, Passage
from askmesh.search import Hit, Vector

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
    access: AccessList = EVERYONE,
    at: Vector | None = None,
) -> EmbeddedPassage:
    """Return a passage; its document has the same id unless another is given."""
    return EmbeddedPassage(
        Passage(
            passage_id=passage_id,
            document_id=document_id or passage_id,
            text=text,
            title=title,
            headings=headings,
            source=source,
            modified_time=modified_time,
            attributes=attributes,
            access=access,
        ),
        vector(1.0) if at is None else at,
    )


def documents(*passages: EmbeddedPassage, tenant: str = TENANT) -> list[DocumentChange]:
    """Return one change for each document of the passages."""
    grouped: dict[str, list[EmbeddedPassage]] = {}
    for item in passages:
        grouped.setdefault(item.passage.document_id, []).append(item)
    return [DocumentChange(tenant, name, 0, tuple(group)) for name, group in grouped.items()]


def deletion(document_id: str, *, tenant: str = TENANT) -> DocumentChange:
    """Return the change that deletes a document."""
    return DocumentChange(tenant, document_id, 0)


def found(hits: Sequence[Hit]) -> list[str]:
    """Return the passage ids of the hits."""
    return [hit.passage_id for hit in hits]
