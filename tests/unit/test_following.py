"""Following the documents."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from askmesh.documents import (
    Document,
    DocumentStoreUnavailableError,
    MemoryDocumentStore,
)
from askmesh.passages import DocumentChange, EmbeddedPassage, Passage
from askmesh.retrieval.following import CHANGES_PER_PAGE, Follower
from askmesh.search import IndexUnavailableError
from askmesh.telemetry import ServiceMetrics, silent_telemetry
from support.memory_indexes import MemoryKeywordIndex, MemoryVectorIndex
from support.retrieval import DIMENSION, FailingDocuments, embedded, store

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def _follower(
    documents: MemoryDocumentStore,
    keywords: MemoryKeywordIndex,
    vectors: MemoryVectorIndex,
    metrics: ServiceMetrics | None = None,
) -> Follower:
    return Follower(
        documents,
        (keywords, vectors),
        gauges=metrics or silent_telemetry().metrics,
        poll_seconds=0.001,
        clock=lambda: NOW,
    )


async def test_start_indexes_everything_over_many_pages() -> None:
    documents, keywords, vectors = _parts()
    for number in range(CHANGES_PER_PAGE * 2 + 1):
        await store(documents, f"d{number}", "words")
    await _follower(documents, keywords, vectors).start()
    for index in (keywords, vectors):
        assert await index.count("default") == index.revision == CHANGES_PER_PAGE * 2 + 1


async def test_nothing_new_leaves_the_change_time_alone() -> None:
    documents, keywords, vectors = _parts()
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    assert follower.change_time is None
    await store(documents, "d", "words")
    await follower.catch_up()
    assert follower.change_time == NOW


async def test_the_newest_revision_that_searches_can_see_is_shown() -> None:
    documents, keywords, vectors = _parts()
    metrics = silent_telemetry().metrics
    follower = _follower(documents, keywords, vectors, metrics)
    await follower.start()
    assert metrics.registry.get_sample_value("askmesh_indexed_revision") == 0
    revision = await store(documents, "d", "words")
    await follower.catch_up()
    assert metrics.registry.get_sample_value("askmesh_indexed_revision") == revision


async def test_the_indexes_are_as_old_as_the_last_look_that_found_nothing_new() -> None:
    documents, keywords, vectors = _parts()
    metrics = silent_telemetry().metrics
    follower = _follower(documents, keywords, vectors, metrics)
    checked = "askmesh_index_checked_timestamp_seconds"
    documents.down = True
    with pytest.raises(DocumentStoreUnavailableError):
        await follower.catch_up()
    assert metrics.registry.get_sample_value(checked) is None
    documents.down = False
    await follower.catch_up()
    assert metrics.registry.get_sample_value(checked) == NOW.timestamp()


async def test_start_waits_for_the_store_while_the_indexes_are_empty() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "d", "words")
    documents.down = True
    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(_follower(documents, keywords, vectors).start())
        await documents.asked.wait()
        assert not starting.done()
        documents.down = False
    assert await keywords.count("default") == 1


async def test_start_goes_on_without_the_store_when_the_indexes_hold_something() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "d", "words")
    await _follower(documents, keywords, vectors).start()
    documents.down = True
    await _follower(documents, keywords, vectors).start()
    assert await keywords.count("default") == 1


async def test_indexes_of_other_documents_are_made_again() -> None:
    documents, keywords, vectors = _parts()
    for number in range(5):
        await store(documents, f"old{number}", "words")
    await _follower(documents, keywords, vectors).start()
    others = FailingDocuments()
    await store(others, "new", "words")
    await _follower(others, keywords, vectors).start()
    assert await keywords.count("default") == await vectors.count("default") == 1


async def test_documents_that_take_the_place_of_others_are_noticed_while_following() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "old", "words")
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    for number in range(3):  # The new store has as many revisions, or more.
        documents.replace_all()
        for name in range(number + 1):
            await store(documents, f"new{number}-{name}", "words")
        await follower.catch_up()
        found = await keywords.search("default", "words", limit=9)
        assert [hit.passage_id for hit in found] == [
            f"new{number}-{n}-0" for n in range(number + 1)
        ]
        assert await vectors.count("default") == number + 1


async def test_documents_that_are_gone_are_noticed_while_following() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "old", "words")
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    documents.replace_all()
    await follower.catch_up()
    assert await keywords.count("default") == await vectors.count("default") == 0


async def test_documents_that_were_set_back_are_noticed_while_following() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "kept", "words")
    copy = documents.copied()
    await store(documents, "lost", "words")
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    documents.put_back(copy)
    await follower.catch_up()
    found = await keywords.search("default", "words", limit=9)
    assert [hit.passage_id for hit in found] == ["kept-0"]
    assert (await vectors.count("default"), follower.revision) == (1, 1)


async def test_indexes_without_the_name_of_a_store_are_made_again() -> None:
    documents, keywords, vectors = _parts()
    passage = Passage("stray-0", "stray", "words")
    stray = DocumentChange("default", "stray", 1, (EmbeddedPassage(passage, embedded("words")),))
    await keywords.apply([stray], revision=1)
    await store(documents, "d", "words")
    await _follower(documents, keywords, vectors).start()
    found = await keywords.search("default", "words", limit=9)
    assert [hit.passage_id for hit in found] == ["d-0"]


async def test_index_that_lost_its_state_gets_it_back() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "d", "words")
    await _follower(documents, keywords, vectors).start()
    await vectors.clear()
    follower = _follower(documents, keywords, vectors)
    assert follower.revision == 0
    await follower.start()
    assert await vectors.count("default") == await keywords.count("default") == 1


async def test_unfit_document_is_left_out_with_its_older_version(
    caplog: pytest.LogCaptureFixture,
) -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "good", "words")
    await store(documents, "bad", "words")
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    await documents.put_document(
        "default", Document("bad", "", "", "", None, {}), [_embedded("bad", DIMENSION + 1)]
    )
    await store(documents, "good", "other words")
    await follower.catch_up()
    assert await keywords.count("default") == await vectors.count("default") == 1
    assert "'bad' cannot be indexed" in caplog.text


async def test_width_of_vectors_that_changed_costs_one_update_for_each_page() -> None:
    documents, vectors, keywords = FailingDocuments(), MemoryVectorIndex(DIMENSION + 1), _Counting()
    for number in range(CHANGES_PER_PAGE + 1):
        await store(documents, f"d{number}", "words")
    await _follower(documents, keywords, vectors).start()
    assert (vectors.revision, await vectors.count("default")) == (CHANGES_PER_PAGE + 1, 0)
    assert (await keywords.count("default"), keywords.updates) == (0, 2)


class _Counting(MemoryKeywordIndex):
    updates = 0

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        self.updates += 1
        await super().apply(changes, revision=revision)


async def test_following_goes_on_after_a_failure_of_an_index() -> None:
    documents, _, vectors = _parts()
    keywords = _FailsOnce()
    await store(documents, "d", "words")
    follower = _follower(documents, keywords, vectors)
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(follower.follow())
        await keywords.applied.wait()
        following.cancel()
    assert await keywords.count("default") == 1


class _FailsOnce(MemoryKeywordIndex):
    def __init__(self) -> None:
        super().__init__()
        self.failed = False
        self.applied = asyncio.Event()

    async def apply(self, changes: Sequence[DocumentChange], *, revision: int) -> None:
        if not self.failed:
            self.failed = True
            raise IndexUnavailableError("The disk is full.")
        await super().apply(changes, revision=revision)
        self.applied.set()


def _parts() -> tuple[FailingDocuments, MemoryKeywordIndex, MemoryVectorIndex]:
    return FailingDocuments(), MemoryKeywordIndex(), MemoryVectorIndex(DIMENSION)


def _embedded(document_id: str, dimension: int) -> EmbeddedPassage:
    passage = Passage(f"{document_id}-0", document_id, "text")
    return EmbeddedPassage(passage, np.ones(dimension, np.float32))


async def test_a_tenants_revision_is_that_of_its_last_change() -> None:
    documents, keywords, vectors = _parts()
    follower = _follower(documents, keywords, vectors)
    await store(documents, "d", "words", tenant="a")
    await store(documents, "d", "words", tenant="b")
    await follower.start()
    assert [follower.revision_of(each) for each in "abc"] == [1, 2, 0]
    await documents.delete_document("a", "d")
    await follower.catch_up()
    assert [follower.revision_of(each) for each in "abc"] == [3, 2, 0]


async def test_a_replica_that_starts_again_says_the_same_revisions() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "d", "words", tenant="a")
    await store(documents, "d", "words", tenant="b")
    await _follower(documents, keywords, vectors).start()
    documents.down = True
    again = _follower(documents, keywords, vectors)
    await again.start()
    assert [again.revision_of(each) for each in "abc"] == [2, 2, 2]  # as they were then
    documents.down = False
    await again.catch_up()
    assert [again.revision_of(each) for each in "abc"] == [1, 2, 0]


async def test_a_revision_of_a_tenant_is_never_one_that_searches_cannot_see() -> None:
    documents, keywords, vectors = _parts()
    await store(documents, "d", "words", tenant="a")
    await _follower(documents, keywords, vectors).start()
    again = _follower(documents, keywords, vectors)
    await store(documents, "d", "other words", tenant="a")
    documents.hides = True
    await again.start()
    assert again.revision_of("a") == 1
    documents.hides = False
    await again.catch_up()
    assert again.revision_of("a") == 2


async def test_revisions_of_another_store_are_forgotten() -> None:
    documents, keywords, vectors = _parts()
    for number in range(3):
        await store(documents, f"d{number}", "words", tenant="a")
    follower = _follower(documents, keywords, vectors)
    await follower.start()
    documents.replace_all()
    await store(documents, "d", "words", tenant="b")
    await follower.catch_up()
    assert [follower.revision_of(each) for each in "ab"] == [0, 1]
