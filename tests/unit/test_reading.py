"""Reading passages that were found."""

from collections.abc import Sequence

import pytest

from askmesh.passages import Filter, Passage
from askmesh.resilience import deadline, time_remaining
from askmesh.retrieval.ports import Mode, Search
from askmesh.retrieval.reading import PAUSE_SECONDS, Reading
from support.indexing import documents, passage
from support.memory_indexes import MemoryKeywordIndex
from support.retrieval import FailingDocuments, store

SEARCH = Search("default", "lamp", Filter(sources=("now.md",)), Mode.HYBRID, 10)


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class _Counting(FailingDocuments):
    times = 0

    async def get_passages(self, tenant: str, passage_ids: Sequence[str]) -> list[Passage]:
        self.times += 1
        return await super().get_passages(tenant, passage_ids)


@pytest.fixture
async def stored() -> _Counting:
    stored = _Counting()
    await store(stored, "moved", "lamp", source="now.md")
    await store(stored, "left", "lamp", source="elsewhere.md")
    return stored


@pytest.fixture
async def copies() -> MemoryKeywordIndex:
    """An index that is behind: it holds passages as they were, the other way round."""
    copies = MemoryKeywordIndex()
    old = [
        passage("moved-0", "lamp", document_id="moved", source="before.md"),
        passage("left-0", "lamp", document_id="left", source="now.md"),
    ]
    await copies.apply(documents(*old, tenant="default"), revision=1)
    return copies


def _reading(stored: _Counting, copies: MemoryKeywordIndex, clock: _Clock) -> Reading:
    return Reading(stored, copies, seconds=0.05, clock=clock)


async def test_passages_that_do_not_meet_the_filter_any_more_are_left_out(
    stored: _Counting, copies: MemoryKeywordIndex
) -> None:
    read = await _reading(stored, copies, _Clock()).read(SEARCH, ["left-0", "moved-0"])
    assert [item.passage_id for item in read.passages] == ["moved-0"]
    assert not read.from_copies


@pytest.mark.parametrize("failure", ["down", "stuck"])
async def test_store_that_fails_or_hangs_leaves_the_copies_which_must_meet_the_filter(
    stored: _Counting,
    copies: MemoryKeywordIndex,
    failure: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    setattr(stored, failure, True)
    read = await _reading(stored, copies, _Clock()).read(SEARCH, ["left-0", "moved-0"])
    assert [item.passage_id for item in read.passages] == ["left-0"]
    assert read.from_copies
    why = {"down": "The document store is down.", "stuck": "the store took too long"}[failure]
    assert caplog.messages == [f"Passages come from the index: {why}"]


async def test_a_store_that_hangs_leaves_time_to_answer_from_copies(
    stored: _Counting, copies: MemoryKeywordIndex
) -> None:
    stored.stuck = True
    with deadline(0.2):
        read = await Reading(stored, copies, seconds=60, clock=_Clock()).read(SEARCH, ["left-0"])
        assert (time_remaining() or 0.0) > 0
    assert read.from_copies


async def test_store_that_failed_is_left_alone_for_a_while_and_then_asked_again(
    stored: _Counting, copies: MemoryKeywordIndex
) -> None:
    clock, stored.down = _Clock(), True
    reading = _reading(stored, copies, clock)
    await reading.read(SEARCH, ["moved-0"])
    stored.down = False
    clock.now = PAUSE_SECONDS / 2
    assert (await reading.read(SEARCH, ["moved-0"])).from_copies
    assert stored.times == 1
    clock.now = PAUSE_SECONDS
    read = await reading.read(SEARCH, ["moved-0"])
    assert [item.passage_id for item in read.passages] == ["moved-0"]
    assert not read.from_copies


async def test_reading_nothing_asks_nobody(stored: _Counting, copies: MemoryKeywordIndex) -> None:
    stored.down = True
    read = await _reading(stored, copies, _Clock()).read(SEARCH, [])
    assert (read.passages, read.from_copies, stored.times) == ([], False, 0)
