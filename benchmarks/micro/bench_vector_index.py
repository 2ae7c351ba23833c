"""Measure the vector index on disk: loading, a change of one document, searches meanwhile, filters.

    python -m benchmarks.micro.bench_vector_index [--documents 100000] [--output FILE]

Each document has one passage with a random unit vector. Memory is that of a fresh process that
opens the index and searches once: its greatest resident size, less that of the same process with an
empty index. A change of one document is timed until it is durable and a search sees it, while
searches run one after another; these are compared with the same searches while nothing changes.
"""

import argparse
import asyncio
import multiprocessing
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from benchmarks.claims import Claim, publish

from askmesh.passages import ANY_DOCUMENT, DocumentChange, EmbeddedPassage, Filter, Passage
from askmesh.search import Vector, VectorIndex, faiss_index

DIMENSION = 384
TENANT = "t"
LIMIT = 100
PAGE = 5_000
CHANGES = 30
SEARCHES = 60
MIB = 1024 * 1024
FILTERS = {
    "a folder of a tenth of the documents": Filter(sources=("archive/3/",)),
    "an attribute of half of the documents": Filter(attributes={"parity": "odd"}),
    "nine tenths of the documents by time": Filter(modified_after=datetime(2021, 1, 1, tzinfo=UTC)),
}


def unit_vectors(count: int, seed: int) -> Vector:
    """Return random unit vectors, the same for the same seed."""
    rows = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    units: Vector = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def change(number: int, vector: Vector) -> DocumentChange:
    """Return the document of this number, with one passage."""
    name = f"document-{number}"
    passage = Passage(
        f"passage-{number}",
        name,
        "",
        source=f"archive/{number % 10}/{name}.md",
        modified_time=datetime(2020 + number % 10, 6, 1, tzinfo=UTC),
        attributes={"parity": "odd" if number % 2 else "even"},
    )
    return DocumentChange(TENANT, name, 0, (EmbeddedPassage(passage, vector),))


async def fill(folder: Path, documents: int) -> None:
    """Make the index."""
    async with faiss_index(folder, dimension=DIMENSION) as index:
        for start in range(0, documents, PAGE):
            rows = unit_vectors(min(PAGE, documents - start), start)
            changes = [change(start + at, row) for at, row in enumerate(rows)]
            await index.apply(changes, revision=start + len(changes))


def peak_of_loading(folder: Path) -> float:
    """Return the greatest resident size, in MiB, of a process that opens and searches the index."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_open_and_search, (folder,))


def _open_and_search(folder: Path) -> float:
    async def search() -> None:
        async with faiss_index(folder, dimension=DIMENSION) as index:
            await index.search(TENANT, unit_vectors(1, 7)[0], limit=LIMIT)

    asyncio.run(search())
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


async def searched(index: VectorIndex, condition: Filter, go_on: Callable[[int], bool]) -> float:
    """Return the median time of searches, in milliseconds, for as long as they are to go on."""
    times: list[float] = []
    while go_on(len(times)):
        start = time.perf_counter()
        await index.search(TENANT, QUERIES[len(times) % SEARCHES], limit=LIMIT, condition=condition)
        times.append((time.perf_counter() - start) * 1000)
    return median(times)


async def worked(index: VectorIndex, condition: Filter) -> float:
    """Return the processor's time for one search, in milliseconds, which others do not lengthen."""
    start = time.process_time()
    for query in QUERIES:
        await index.search(TENANT, query, limit=LIMIT, condition=condition)
    return (time.process_time() - start) * 1000 / len(QUERIES)


QUERIES = unit_vectors(SEARCHES, 11)


async def changed(index: VectorIndex, documents: int) -> list[float]:
    """Return for changes of one document each how long until it is durable and found, in ms."""
    times: list[float] = []
    for at, row in enumerate(unit_vectors(CHANGES, 13)):
        start = time.perf_counter()
        await index.apply([change(at * 7 % documents, row)], revision=index.revision + 1)
        hits = await index.search(TENANT, row, limit=1)
        times.append((time.perf_counter() - start) * 1000)
        if hits[0].passage_id != f"passage-{at * 7 % documents}":
            raise RuntimeError("the change is not seen")
        await asyncio.sleep(0.1)
    return times


async def during_changes(index: VectorIndex, documents: int) -> tuple[float, list[float]]:
    """Return the median time of searches while documents change, and the times of the changes."""
    async with asyncio.TaskGroup() as tasks:
        changing = tasks.create_task(changed(index, documents))
        searching = tasks.create_task(searched(index, ANY_DOCUMENT, lambda _: not changing.done()))
    return searching.result(), changing.result()


@asynccontextmanager
async def _opened(folder: Path) -> AsyncGenerator[VectorIndex]:
    async with faiss_index(folder, dimension=DIMENSION) as index:
        await searched(index, ANY_DOCUMENT, lambda done: done < 10)
        yield index


async def measure(folder: Path, documents: int) -> dict[str, Any]:
    """Return what was measured of an index that is made in the folder."""
    (folder / "empty").mkdir()
    empty = peak_of_loading(folder / "empty")
    await fill(folder / "full", documents)
    peak = peak_of_loading(folder / "full")
    async with _opened(folder / "full") as index:
        idle = await searched(index, ANY_DOCUMENT, lambda done: done < SEARCHES)
        unfiltered = await worked(index, ANY_DOCUMENT)
        filtered = {name: await worked(index, each) for name, each in FILTERS.items()}
        again = await searched(index, ANY_DOCUMENT, lambda done: done < SEARCHES)
        busy, changes = await during_changes(index, documents)
    return {
        "vectors_mib": documents * DIMENSION * 4 / MIB,
        "loading_peak_mib": peak - empty,
        "search_idle_ms": min(idle, again),
        "search_during_changes_ms": busy,
        "processor_time_of_search_ms": unfiltered,
        "processor_time_of_search_with_filter_ms": filtered,
        "change_ms": {"p50": median(changes), "greatest": max(changes), "count": len(changes)},
    }


def claims(measured: dict[str, Any], documents: int) -> list[Claim]:
    """Return the figures that are promised."""
    filtered: dict[str, float] = measured["processor_time_of_search_with_filter_ms"]
    unfiltered, idle = measured["processor_time_of_search_ms"], measured["search_idle_ms"]
    of = f"{documents:,} passages"
    return [
        Claim(
            f"memory that loading and searching {of} takes at most, over the size of their vectors",
            round(measured["loading_peak_mib"] / measured["vectors_mib"], 2),
            "<= 1.3",
        ),
        Claim(
            f"seconds until a change of one document among {of} is durable and found, at most",
            round(measured["change_ms"]["greatest"] / 1000, 3),
            "<= 1",
            "while searches run one after another",
        ),
        Claim(
            f"median search of {of} while documents change, over the same when nothing changes",
            round(measured["search_during_changes_ms"] / idle, 2),
            "<= 2",
        ),
        *(
            Claim(
                f"processor's time for a search of {of} within {name}, over one without a filter",
                round(value / unfiltered, 2),
                "<= 1.5",
            )
            for name, value in filtered.items()
        ),
    ]


def main() -> None:
    """Read the arguments, measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        measured = asyncio.run(measure(Path(folder), arguments.documents))
    publish(
        arguments.output,
        benchmark="micro/bench_vector_index.py",
        settings={"documents": arguments.documents, "dimension": DIMENSION, "limit": LIMIT},
        results=measured,
        claims=claims(measured, arguments.documents),
    )


if __name__ == "__main__":
    main()
