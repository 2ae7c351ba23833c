"""What indexes keep on disk: whole or not used."""

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from askmesh.passages import Filter
from askmesh.search import (
    FaissVectorIndex,
    IndexBusyError,
    IndexUnavailableError,
    TantivyKeywordIndex,
    faiss_index,
    tantivy_index,
)
from support.indexing import DIMENSION, TENANT, deletion, documents, found, passage, vector

SEGMENT_FILES = ["idx", "pos", "term", "store", "fast", "fieldnorm", "del"]
Opened = AbstractAsyncContextManager[TantivyKeywordIndex | FaissVectorIndex]


def _keywords(folder: Path) -> Opened:
    return tantivy_index(folder)


def _vectors(folder: Path) -> Opened:
    return faiss_index(folder, dimension=DIMENSION)


both = pytest.mark.parametrize("opened", [_keywords, _vectors], ids=["tantivy", "faiss"])


async def _fill(opened: Opened) -> None:
    async with opened as index:
        await index.clear(store_id="store")
        await index.apply(
            documents(passage("a", "solar"), passage("b", "wind", at=vector(0, 1))), revision=4
        )
        await index.apply([deletion("b")], revision=5)


@both
async def test_index_opened_again_holds_what_it_held(
    opened: Callable[[Path], Opened], tmp_path: Path
) -> None:
    await _fill(opened(tmp_path))
    async with opened(tmp_path) as index:
        assert (index.revision, await index.count(TENANT)) == (5, 1)
        assert index.store_id == "store"
        await index.apply(documents(passage("c", "coal")), revision=6)
        assert await index.count(TENANT) == 2


CONDITIONS = [
    Filter(),
    Filter(document_ids=("a", "d")),
    Filter(sources=("docs/",)),
    Filter(sources=("b.md", "/web")),
    Filter(attributes={"team": "red"}),
    Filter(attributes={"team": "red", "kind": "memo"}),
    Filter(modified_after=datetime(2024, 1, 2, tzinfo=UTC)),
    Filter(modified_before=datetime(2024, 1, 2, tzinfo=UTC)),
]


@both
async def test_index_opened_again_finds_with_each_filter_what_it_found(
    opened: Callable[[Path], Opened], tmp_path: Path
) -> None:
    mine = [
        passage("a", "solar", source="docs/a.md", attributes={"team": "red"}),
        passage(
            "b",
            "solar",
            source="docs/in/b.md",
            attributes={"kind": "memo", "team": "red"},
            modified_time=datetime(2024, 1, 2, tzinfo=UTC),
        ),
        passage("c", "solar", source="/web", modified_time=datetime(2024, 1, 1, tzinfo=UTC)),
    ]
    other = [passage(name, "solar", source="docs/a.md") for name in ("a", "d")]
    async with opened(tmp_path) as index:
        await index.apply([*documents(*mine), *documents(*other, tenant="other")], revision=1)
        before = [await _found(index, tenant) for tenant in (TENANT, "other")]
    async with opened(tmp_path) as index:
        assert [await _found(index, tenant) for tenant in (TENANT, "other")] == before
    expected = ["abc", "a", "ab", "bc", "ab", "b", "b", "c"]
    assert before[0] == [set(names) for names in expected]
    assert before[1] == [set(names) for names in ("ad", "ad", "ad", "", "", "", "", "")]


async def _found(index: TantivyKeywordIndex | FaissVectorIndex, tenant: str) -> list[set[str]]:
    """Return what is found with each condition."""
    query = "solar" if isinstance(index, TantivyKeywordIndex) else vector(1)
    return [
        set(found(await index.search(tenant, query, limit=9, condition=condition)))  # type: ignore[arg-type]
        for condition in CONDITIONS
    ]


@pytest.mark.parametrize("harm", ["flip", "cut", "empty"])
@pytest.mark.parametrize(
    ("opened", "victims"),
    [(_keywords, f"tantivy/*.{suffix}") for suffix in SEGMENT_FILES]
    + [(_vectors, victim) for victim in ("vectors", "segments/*.npy", "segments/*.npz")],
)
async def test_damaged_file_is_never_served(
    opened: Callable[[Path], Opened], victims: str, harm: str, tmp_path: Path
) -> None:
    await _fill(opened(tmp_path))
    _harm(tmp_path, victims, harm)
    async with opened(tmp_path) as index:
        assert (index.revision, await index.count(TENANT)) == (0, 0)
        await index.apply(documents(passage("a", "solar")), revision=1)
        assert await index.count(TENANT) == 1


@pytest.mark.parametrize("harm", ["cut", "empty"])
async def test_torn_list_of_segments_is_never_served(harm: str, tmp_path: Path) -> None:
    await _fill(_keywords(tmp_path))
    _harm(tmp_path, "tantivy/meta.json", harm)
    async with tantivy_index(tmp_path) as index:
        assert (index.revision, await index.count(TENANT)) == (0, 0)


async def test_missing_file_of_a_segment_is_noticed(tmp_path: Path) -> None:
    await _fill(_keywords(tmp_path))
    _harm(tmp_path, "tantivy/*.idx", "remove")
    async with tantivy_index(tmp_path) as index:
        assert (index.revision, await index.count(TENANT)) == (0, 0)


def _harm(folder: Path, victims: str, harm: str) -> None:
    victim = next(iter(folder.glob(victims)))
    if harm == "remove":
        victim.unlink()
    else:
        victim.write_bytes(_harmed(victim.read_bytes(), harm))


def _harmed(whole: bytes, harm: str) -> bytes:
    if harm == "flip":
        at = len(whole) // 10
        return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    return whole[: len(whole) // 2] if harm == "cut" else b""


@both
async def test_second_process_is_told_that_the_folder_is_in_use(
    opened: Callable[[Path], Opened], tmp_path: Path
) -> None:
    async with opened(tmp_path):
        with pytest.raises(IndexBusyError, match="Another process uses the index"):
            async with opened(tmp_path):
                pytest.fail("two writers")


async def test_vectors_of_another_dimension_are_not_used(tmp_path: Path) -> None:
    await _fill(_vectors(tmp_path))
    async with faiss_index(tmp_path, dimension=DIMENSION + 1) as index:
        assert (index.revision, await index.count(TENANT)) == (0, 0)


async def test_unwritable_file_of_vectors_is_an_error_of_the_index(tmp_path: Path) -> None:
    async with faiss_index(tmp_path, dimension=DIMENSION) as index:
        await index.apply(documents(passage("a")), revision=1)
        (tmp_path / "vectors.new").mkdir()
        with pytest.raises(IndexUnavailableError):
            await index.apply(documents(passage("b")), revision=2)
        assert (index.revision, found(await index.search(TENANT, vector(1), limit=5))) == (1, ["a"])
        (tmp_path / "vectors.new").rmdir()
        await index.apply(documents(passage("b")), revision=2)
        assert await index.count(TENANT) == 2


@both
async def test_what_was_applied_outlives_a_process_that_is_killed(
    opened: Callable[[Path], Opened], tmp_path: Path
) -> None:
    async with opened(tmp_path / "lived") as index:
        await index.apply(documents(passage("a", "x"), passage("b", "x")), revision=1)
        await index.apply([deletion("a"), *documents(passage("c", "x"))], revision=2)
        shutil.copytree(tmp_path / "lived", tmp_path / "killed")
    async with opened(tmp_path / "killed") as index:
        assert (index.revision, await index.count(TENANT)) == (2, 2)


async def test_changes_of_one_document_leave_the_files_of_the_others_alone(tmp_path: Path) -> None:
    async with faiss_index(tmp_path, dimension=DIMENSION) as index:
        await index.apply(documents(*(passage(f"p{n}") for n in range(100))), revision=1)
        before = _files(tmp_path)
        for revision in range(2, 12):
            await index.apply(documents(passage("p0", at=vector(0, revision))), revision=revision)
        assert before.items() <= _files(tmp_path).items()


async def test_many_changes_leave_few_segments_that_hold_them_all(tmp_path: Path) -> None:
    async with faiss_index(tmp_path, dimension=DIMENSION) as index:
        for revision in range(1, 65):
            changed = passage(f"p{revision % 40:02}", at=vector(1, revision))
            await index.apply(documents(changed), revision=revision)
        while len(_files(tmp_path)) > 2 * 6:
            await index.search(TENANT, vector(1), limit=1)
        assert await index.count(TENANT) == 40
        hits = await index.search(TENANT, vector(0, 1), limit=2)
        assert found(hits) == ["p24", "p23"]
    async with faiss_index(tmp_path, dimension=DIMENSION) as index:
        assert found(await index.search(TENANT, vector(0, 1), limit=2)) == ["p24", "p23"]


def _files(folder: Path) -> dict[str, int]:
    """Return the files of segments, with what identifies each."""
    # One that goes in between is in the listing, and has no file to ask any more.
    with os.scandir(folder / "segments") as entries:
        return {entry.name: entry.inode() for entry in entries}


async def test_searches_go_on_while_documents_change(tmp_path: Path) -> None:
    """Every search sees a document either as it was or as it is, and always all of it."""
    async with tantivy_index(tmp_path / "k") as keywords, _vectors(tmp_path / "v") as vectors:
        stop = asyncio.Event()

        async def change() -> None:
            for revision in range(1, 40):
                pair = [passage(f"{revision}-{part}", "solar", document_id="d") for part in (1, 2)]
                await keywords.apply(documents(*pair), revision=revision)
                await vectors.apply(documents(*pair), revision=revision)
            stop.set()

        async def search() -> int:
            searches = 0
            while not stop.is_set():
                hits = await keywords.search(TENANT, "solar", limit=5)
                assert isinstance(vectors, FaissVectorIndex)
                near = await vectors.search(TENANT, vector(1), limit=5)
                for names in (found(hits), found(near)):
                    assert len(names) in {0, 2}
                    assert len({name.split("-")[0] for name in names}) <= 1
                searches += 1
            return searches

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(change())
            searching = [tasks.create_task(search()) for _ in range(4)]
        assert all(task.result() > 0 for task in searching)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="NOT TESTED here: no /proc")
async def test_segments_that_were_merged_are_released_whoever_asked_for_their_lists(
    tmp_path: Path,
) -> None:
    async with faiss_index(tmp_path, dimension=DIMENSION) as index:
        await index.apply(documents(passage("z"), tenant="other"), revision=1)
        assert await index.access_lists("other")
        for revision in range(2, 12):
            await index.apply(documents(passage(f"p{revision}")), revision=revision)
        while len(_files(tmp_path)) > 2 * 4:
            await index.search(TENANT, vector(1), limit=1)
        while _removed_and_mapped(tmp_path):  # until the test's time is over, if one stays
            await index.search(TENANT, vector(1), limit=1)


def _removed_and_mapped(folder: Path) -> list[str]:
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return [line for line in maps if str(folder) in line and line.endswith("(deleted)")]
