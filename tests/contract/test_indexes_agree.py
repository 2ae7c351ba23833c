"""The indexes that searches use find what the plain ones find, after any changes."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from askmesh.passages import EVERYONE, AccessList, DocumentChange, Filter, by_key, readable_by
from askmesh.search import (
    KeywordIndex,
    Vector,
    VectorIndex,
    faiss_index,
    tantivy_index,
)
from support.indexing import DIMENSION, found, passage, vector
from support.memory_indexes import MemoryKeywordIndex, MemoryVectorIndex

TENANTS = ("one", "two")
WORDS = ["solar", "wind", "coal", "kettle", "lamp", "water", "panel", "light"]
QUERY = "solar kettle"
LISTS = (
    EVERYONE,
    AccessList(frozenset({"group:staff"})),
    AccessList(frozenset({"user:ann", "user:eve"}), frozenset({"group:guests"})),
    AccessList(None, frozenset({"user:bob"})),
    AccessList(frozenset()),
)
CONDITIONS = (
    Filter(),
    Filter(sources=("a/",)),
    Filter(sources=("a/b/", "c/d1")),
    Filter(sources=("/a/",)),
    Filter(sources=("b/a/", "/")),
    Filter(attributes={"kind": "memo"}),
    Filter(document_ids=("d1", "d2", "d3"), attributes={"kind": "note"}),
    Filter(readable=readable_by(["user:ann"], by_key(LISTS))),
    Filter(readable=readable_by(["user:bob", "group:staff"], by_key(LISTS))),
    Filter(readable=readable_by(["user:eve", "group:guests"], by_key(LISTS)), sources=("a/",)),
    Filter(readable=readable_by([], by_key(LISTS))),
)


@pytest.mark.parametrize("seed", [1, 2])
async def test_real_indexes_find_what_the_plain_ones_find(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    plain = MemoryKeywordIndex(), MemoryVectorIndex(DIMENSION)
    async with (
        tantivy_index(tmp_path / "keywords") as keywords,
        faiss_index(tmp_path / "vectors", dimension=DIMENSION) as vectors,
    ):
        for revision in range(1, 30):
            update = _update(random)
            for index in (keywords, vectors, *plain):
                await index.apply([update], revision=revision)
            tenant, condition = random.choice(TENANTS), random.choice(CONDITIONS)
            await _same_words_found(keywords, plain[0], tenant, condition)
            await _same_vectors_found(vectors, plain[1], tenant, condition, _vector(random))


async def _same_words_found(
    real: KeywordIndex, plain: KeywordIndex, tenant: str, condition: Filter
) -> None:
    everything = found(await real.search(tenant, QUERY, limit=500, condition=condition))
    expected = found(await plain.search(tenant, QUERY, limit=500, condition=condition))
    assert set(everything) == set(expected)
    best = await real.search(tenant, QUERY, limit=5, condition=condition)
    assert found(best) == everything[:5]
    assert await real.count(tenant, condition) == await plain.count(tenant, condition)


async def _same_vectors_found(
    real: VectorIndex, plain: VectorIndex, tenant: str, condition: Filter, query: Vector
) -> None:
    expected = await plain.search(tenant, query, limit=7, condition=condition)
    hits = await real.search(tenant, query, limit=7, condition=condition)
    assert found(hits) == found(expected)
    assert await real.count(tenant, condition) == await plain.count(tenant, condition)
    assert await real.access_lists(tenant) == await plain.access_lists(tenant)


def _update(random: Random) -> DocumentChange:
    tenant, document_id = random.choice(TENANTS), f"d{random.randrange(20)}"
    if random.random() < 0.25:
        return DocumentChange(tenant, document_id, 0)
    source = f"{random.choice(['a/', '/a/b/', 'c/', '/c/b/a/b/', 'x:/b//a/'])}{document_id}"
    attributes = {"kind": random.choice(["memo", "note"])}
    access = random.choice(LISTS)
    passages = (
        passage(
            f"{document_id}-{number}",
            " ".join(random.choices(WORDS, k=8)),
            document_id=document_id,
            source=source,
            attributes=attributes,
            access=access,
            at=_vector(random),
        )
        for number in range(random.randrange(1, 6))
    )
    return DocumentChange(tenant, document_id, 0, tuple(passages))


def _vector(random: Random) -> Vector:
    return vector(*np.random.default_rng(random.randrange(2**32)).normal(size=DIMENSION))
