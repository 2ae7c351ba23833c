"""Vectors in a file that is either whole or not used."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from askmesh.passages import Passage
from askmesh.search._collection import Collection
from askmesh.search._folders import replace_durably
from askmesh.search._segments import DocumentVectors, VectorsOf, segment_of
from askmesh.search._types import Vector, microseconds

# A magic number with the version of the layout, the size of the header, the header as JSON, the
# vectors, and the SHA-256 of all that.
_MAGIC = b"ASKMVEC2"
_SIZE_BYTES = 8
_DIGEST_BYTES = hashlib.sha256().digest_size
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SavedVectors:
    """What a file holds."""

    revision: int
    collections: Mapping[str, Collection]
    store_id: str


class DamagedFileError(ValueError):
    """The file is torn, corrupt or of another version or dimension."""


def save(path: Path, saved: SavedVectors, dimension: int) -> None:
    """Replace the file. After a crash at any moment it is the old one or the new one, whole."""
    tenants: dict[str, list[Any]] = {}
    matrices: list[Vector] = [np.empty((0, dimension), np.float32)]
    for tenant, collection in saved.collections.items():
        documents = list(collection.documents())
        tenants[tenant] = [_entry(document) for document in documents]
        matrices.extend(document.vectors for document in documents)
    header = json.dumps([saved.revision, saved.store_id, dimension, tenants]).encode()
    head = _MAGIC + len(header).to_bytes(_SIZE_BYTES) + header
    body = np.ascontiguousarray(np.concatenate(matrices), dtype="<f4").tobytes()
    digest = hashlib.sha256(head)
    digest.update(body)
    replace_durably(path, [head, body, digest.digest()])


def load(path: Path, dimension: int, vectors_of: VectorsOf) -> SavedVectors:
    """Return what the file holds. Raises `DamagedFileError`, and `OSError` if it is not there."""
    data = path.read_bytes()
    start = len(_MAGIC) + _SIZE_BYTES
    if data[: len(_MAGIC)] != _MAGIC or len(data) < start + _DIGEST_BYTES:
        raise DamagedFileError("the file of vectors has another version")
    if hashlib.sha256(memoryview(data)[:-_DIGEST_BYTES]).digest() != data[-_DIGEST_BYTES:]:
        raise DamagedFileError("the file of vectors does not match its checksum")
    end = start + int.from_bytes(data[len(_MAGIC) : start])
    revision, store_id, saved_dimension, tenants = json.loads(data[start:end])
    if saved_dimension != dimension:
        raise DamagedFileError(f"the file has vectors of {saved_dimension} dimensions")
    matrix = np.frombuffer(data[end:-_DIGEST_BYTES], dtype="<f4").reshape(-1, dimension)
    return SavedVectors(revision, _collections(tenants, matrix, vectors_of), store_id)


def _collections(
    tenants: dict[str, list[Any]], matrix: Vector, vectors_of: VectorsOf
) -> dict[str, Collection]:
    collections: dict[str, Collection] = {}
    row = 0
    for tenant, entries in tenants.items():
        documents: list[DocumentVectors] = []
        for facts, passage_ids in entries:
            vectors = matrix[row : row + len(passage_ids)]
            documents.append(DocumentVectors(_facts(*facts), tuple(passage_ids), vectors))
            row += len(passage_ids)
        segments = (segment_of(documents, vectors_of),) if documents else ()
        collections[tenant] = Collection(segments)
    return collections


def _entry(document: DocumentVectors) -> list[Any]:
    facts = document.facts
    time = None if facts.modified_time is None else microseconds(facts.modified_time)
    return [
        [facts.document_id, facts.source, time, dict(facts.attributes)],
        document.passage_ids,
    ]


def _facts(document_id: str, source: str, time: int | None, attributes: dict[str, str]) -> Passage:
    return Passage(
        passage_id="",
        document_id=document_id,
        text="",
        source=source,
        modified_time=None if time is None else _EPOCH + timedelta(microseconds=time),
        attributes=attributes,
    )
