"""What a document is to the vector index: what filters look at, and its vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from askmesh.passages import NOBODY, AccessList, DocumentChange, microseconds
from askmesh.search._keys import number_of
from askmesh.search._types import UnindexableDocumentError, Vector

NO_TIME = np.iinfo(np.int64).min
"""Stands for the time of a document that has none."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentRows:
    """One document: what filters look at, its passages, and their vectors."""

    tenant: str
    key: int
    source: str
    time: int
    attributes: Sequence[int]
    access: AccessList
    passage_ids: Sequence[str]
    vectors: Vector


def document_key(tenant: str, document_id: str) -> int:
    """Return the number that stands for a document."""
    return number_of("document", tenant, document_id)


def document_rows(change: DocumentChange, dimension: int) -> DocumentRows:
    """Return the rows of a document that is not deleted. Raises `UnindexableDocumentError`."""
    first = change.passages[0].passage
    try:
        return DocumentRows(
            tenant=change.tenant,
            key=document_key(change.tenant, change.document_id),
            source=first.source,
            time=NO_TIME if first.modified_time is None else microseconds(first.modified_time),
            attributes=[attribute_key(*pair) for pair in first.attributes.items()],
            access=first.access or NOBODY,
            passage_ids=[embedded.passage.passage_id for embedded in change.passages],
            vectors=_finite([embedded.embedding for embedded in change.passages], dimension),
        )
    except (ValueError, TypeError) as error:
        raise UnindexableDocumentError(change.tenant, change.document_id, str(error)) from error


def unfit_vectors(
    changes: Sequence[DocumentChange], dimension: int
) -> list[UnindexableDocumentError]:
    """Return what is wrong with the vectors of changes, for each that cannot be indexed."""
    unfit: list[UnindexableDocumentError] = []
    for change in changes:
        try:
            if change.passages:
                document_rows(change, dimension)
        except UnindexableDocumentError as error:
            unfit.append(error)
    return unfit


def _finite(embeddings: Sequence[Vector], dimension: int) -> Vector:
    if any(embedding.shape != (dimension,) for embedding in embeddings):
        raise ValueError(f"its vectors do not have {dimension} dimensions")
    vectors = np.stack(embeddings).astype("<f4")
    if not np.isfinite(vectors).all():
        raise ValueError("its vectors are not finite")
    return vectors


def attribute_key(name: str, value: str) -> int:
    """Return the number that stands for an attribute and its value."""
    return number_of("attribute", name, value)
