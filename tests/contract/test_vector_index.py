"""What every vector index does."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from askmesh.passages import EVERYONE, AccessList, Filter, by_key, readable_by
from askmesh.search import (
    UnindexableDocumentError,
    VectorIndex,
    faiss_index,
)
from support.indexing import DIMENSION, TENANT, deletion, documents, found, passage, vector
from support.memory_indexes import MemoryVectorIndex


@pytest.fixture(params=["memory", "faiss"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[VectorIndex]:
    if request.param == "memory":
        yield MemoryVectorIndex(DIMENSION)
    else:
        async with faiss_index(tmp_path, dimension=DIMENSION) as opened:
            yield opened


async def test_nearest_comes_first(index: VectorIndex) -> None:
    await index.apply(
        documents(
            passage("far", at=vector(0, 1)),
            passage("near", at=vector(1, 0.1)),
            passage("same", at=vector(1)),
        ),
        revision=1,
    )
    hits = await index.search(TENANT, vector(1), limit=2)
    assert found(hits) == ["same", "near"]
    assert hits[0].score == pytest.approx(1.0)


async def test_equal_scores_are_ordered_by_passage_id(index: VectorIndex) -> None:
    names = [f"p{number:02}" for number in range(40)]
    for revision, name in enumerate(reversed(names), start=1):
        await index.apply(documents(passage(name)), revision=revision)
    assert found(await index.search(TENANT, vector(1), limit=7)) == names[:7]


async def test_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert await index.search(TENANT, vector(1), limit=5) == []
    assert (await index.count(TENANT), index.revision) == (0, 0)


async def test_limit_of_zero_finds_nothing(index: VectorIndex) -> None:
    await index.apply(documents(passage("a")), revision=1)
    assert await index.search(TENANT, vector(1), limit=0) == []


async def test_other_tenants_are_invisible(index: VectorIndex) -> None:
    await index.apply(
        [*documents(passage("a")), *documents(passage("b"), tenant="other")], revision=1
    )
    assert found(await index.search(TENANT, vector(1), limit=5)) == ["a"]
    assert await index.count("other") == 1
    assert await index.search("nobody", vector(1), limit=5) == []


async def test_filtered_search_returns_the_best_that_match(index: VectorIndex) -> None:
    better = [passage(f"x{number}", source="x/1") for number in range(50)]
    worse = [
        passage(f"y{number}", source=f"y/z/{number}", at=vector(1, 1 + number))
        for number in range(10)
    ]
    await index.apply(documents(*better, *worse), revision=1)
    condition = Filter(sources=("y/",))
    hits = await index.search(TENANT, vector(1), limit=10, condition=condition)
    assert found(hits) == [f"y{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter(sources=("docs/a.md",)), ["a"]),
        (Filter(sources=("docs/",)), ["a", "b"]),
        (Filter(sources=("docs",)), []),
        (Filter(sources=("b.md",)), ["b"]),
        (Filter(sources=("in/b.md",)), ["b"]),
        (Filter(sources=("n/b.md",)), []),
        (Filter(sources=("in/",)), ["b"]),
        (Filter(sources=("n/",)), []),
        (Filter(sources=("/in/",)), []),
        (Filter(sources=("/b.md",)), []),
        (Filter(document_ids=("b", "nowhere")), ["b"]),
        (Filter(attributes={"team": "red", "kind": "memo"}), ["b"]),
        (Filter(modified_after=datetime(2024, 1, 2, tzinfo=UTC)), ["b"]),
        (Filter(modified_before=datetime(2024, 1, 2, tzinfo=UTC)), ["a"]),
        (Filter(document_ids=("a",), modified_after=datetime(2024, 1, 2, tzinfo=UTC)), []),
    ],
)
async def test_filter_admits_only_documents_that_meet_it(
    index: VectorIndex, condition: Filter, expected: list[str]
) -> None:
    await index.apply(
        documents(
            passage(
                "a",
                source="docs/a.md",
                attributes={"team": "red"},
                modified_time=datetime(2024, 1, 1, tzinfo=UTC),
            ),
            passage(
                "b",
                source="docs/in/b.md",
                attributes={"team": "red", "kind": "memo"},
                modified_time=datetime(2024, 1, 2, tzinfo=UTC),
            ),
            passage("c", source="web"),
        ),
        revision=1,
    )
    assert found(await index.search(TENANT, vector(1), limit=5, condition=condition)) == expected


async def test_replaced_document_is_found_by_its_new_vectors_only(index: VectorIndex) -> None:
    await index.apply(
        documents(passage("a1", document_id="a"), passage("a2", document_id="a"), passage("b")),
        revision=1,
    )
    await index.apply(documents(passage("a3", document_id="a", at=vector(0, 1))), revision=2)
    assert found(await index.search(TENANT, vector(1), limit=5)) == ["b", "a3"]
    assert (await index.count(TENANT), index.revision) == (2, 2)


async def test_deleted_document_is_gone(index: VectorIndex) -> None:
    await index.apply(documents(passage("a"), passage("b")), revision=1)
    await index.apply([deletion("a")], revision=2)
    assert found(await index.search(TENANT, vector(1), limit=5)) == ["b"]
    await index.apply([deletion("b"), deletion("never there")], revision=3)
    assert await index.search(TENANT, vector(1), limit=5) == []


async def test_same_update_twice_changes_nothing(index: VectorIndex) -> None:
    update = documents(passage("a1", document_id="a"))
    await index.apply(update, revision=1)
    await index.apply(update, revision=1)
    assert found(await index.search(TENANT, vector(1), limit=5)) == ["a1"]


async def test_many_changes_leave_what_one_pass_over_the_vectors_finds(index: VectorIndex) -> None:
    random = np.random.default_rng(7)
    expected: dict[str, float] = {}
    query = vector(*random.normal(size=DIMENSION))
    for revision in range(1, 200):
        name = f"d{random.integers(60)}"
        if random.random() < 0.3:
            await index.apply([deletion(name)], revision=revision)
            expected.pop(name, None)
        else:
            at = vector(*random.normal(size=DIMENSION))
            await index.apply(documents(passage(name, at=at)), revision=revision)
            expected[name] = float(at @ query)
    best = sorted(expected, key=lambda name: -expected[name])
    assert found(await index.search(TENANT, query, limit=100)) == best
    assert await index.count(TENANT) == len(expected)


@pytest.mark.parametrize(
    "wrong",
    [np.ones(DIMENSION + 1, np.float32), np.full(DIMENSION, np.nan, np.float32)],
    ids=["dimension", "not finite"],
)
async def test_unfit_vector_is_refused_and_nothing_of_its_update_is_indexed(
    index: VectorIndex, wrong: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    with pytest.raises(UnindexableDocumentError) as caught:
        await index.apply(documents(passage("a"), passage("bad", at=wrong)), revision=1)
    assert caught.value.document_id == "bad"
    assert (await index.count(TENANT), index.revision) == (0, 0)


async def test_cleared_index_is_empty(index: VectorIndex) -> None:
    await index.apply(documents(passage("a")), revision=3)
    await index.clear()
    assert (await index.count(TENANT), index.revision) == (0, 0)


async def test_cleared_index_keeps_the_name_of_the_store_through_updates(
    index: VectorIndex,
) -> None:
    assert index.store_id == ""
    await index.clear(store_id="one")
    await index.apply(documents(passage("a")), revision=3)
    assert (index.store_id, index.revision) == ("one", 3)
    await index.clear(store_id="another")
    assert (index.store_id, index.revision) == ("another", 0)


async def test_passage_of_several_documents_comes_once(index: VectorIndex) -> None:
    shared = [passage("same", "solar", document_id=f"d{number}") for number in range(9)]
    other = passage("then", "solar and more words", at=vector(1, 1))
    await index.apply(documents(*shared, other), revision=1)
    assert found(await index.search(TENANT, vector(1), limit=2)) == ["same", "then"]
    await index.apply([deletion("d0")], revision=2)
    assert found(await index.search(TENANT, vector(1), limit=1)) == ["same"]


async def test_only_what_may_be_read_is_counted_and_fills_the_limit(index: VectorIndex) -> None:
    staff = AccessList(frozenset({"group:staff"}))
    hidden = [passage(f"a{number:02}", access=staff, at=vector(1)) for number in range(50)]
    shown = [passage(f"b{number}", at=vector(0.1, 1)) for number in range(3)]
    await index.apply(documents(*hidden, *shown), revision=1)
    anybody = Filter(readable=readable_by(["user:ann"], by_key([EVERYONE, staff])))
    hits = await index.search(TENANT, vector(1), limit=3, condition=anybody)
    assert found(hits) == ["b0", "b1", "b2"]
    assert await index.count(TENANT, anybody) == 3
    assert await index.count(TENANT) == 53


async def test_lists_are_those_of_the_documents_that_are_there(index: VectorIndex) -> None:
    staff, nobody = AccessList(frozenset({"group:staff"})), AccessList(frozenset())
    await index.apply(
        [
            *documents(passage("a"), passage("b", access=staff)),
            *documents(passage("c", access=nobody), tenant="other"),
        ],
        revision=1,
    )
    assert await index.access_lists(TENANT) == by_key({EVERYONE, staff})
    assert await index.access_lists("other") == by_key({nobody})
    assert await index.access_lists("third") == by_key([])
    await index.apply([deletion("b"), *documents(passage("a", access=nobody))], revision=2)
    assert await index.access_lists(TENANT) == by_key({nobody})
