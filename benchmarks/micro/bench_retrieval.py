"""Time the retrieval path: both searches at once, one after another, and a naive twin.

    python -m benchmarks.micro.bench_retrieval [--passages 20000] [--queries 200] [--output FILE]

Passages are made of words with Zipf's frequencies, and of random unit vectors around centres. Query
vectors are given, so that no model is timed. The naive twin keeps the same passages in SQLite's
FTS5 and in one numpy matrix, and fuses and reads the same number of candidates.
"""

import argparse
import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np
from benchmarks.claims import Claim, publish

from askmesh.documents import Document, MemoryDocumentStore
from askmesh.passages import ANY_DOCUMENT, DocumentChange, EmbeddedPassage, Passage
from askmesh.retrieval.following import Follower
from askmesh.retrieval.fusion import WeightedRanking, fuse_by_rank
from askmesh.retrieval.ports import Mode, Search
from askmesh.retrieval.reading import Reading
from askmesh.retrieval.retriever import Retriever, Tuning
from askmesh.search import KeywordIndex, Vector, VectorIndex, faiss_index, tantivy_index
from askmesh.telemetry import silent_telemetry

DIMENSION = 384
VOCABULARY = 50_000
WORDS_PER_PASSAGE = 90
WORDS_PER_QUERY = 6
PASSAGES_PER_DOCUMENT = 20
CENTRES = 200
CANDIDATES = 100
LIMIT = 20
WARM_UP = 20
TIMES_FOR_P99 = 100


Way = Callable[[str, Vector], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Data:
    """What is searched, and what for."""

    texts: list[str]
    vectors: Vector
    queries: list[str]
    query_vectors: Vector


class KnownQueries:
    """An embedder that knows the vectors of the queries."""

    def __init__(self, data: Data) -> None:
        self._vectors = dict(zip(data.queries, data.query_vectors, strict=True))

    async def embed_query(self, text: str) -> Vector:
        """Return the query's vector."""
        vector: Vector = self._vectors[text]
        return vector


class NoStages:
    """Times nothing."""

    def stage(self, name: str) -> AbstractContextManager[None]:  # noqa: ARG002 - the port's
        """Return a block that is not timed."""
        return nullcontext()


def make_data(passages: int, queries: int) -> Data:
    """Return the same data each time."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(CENTRES, DIMENSION))

    def unit(count: int) -> Vector:
        rows = centres[random.integers(CENTRES, size=count)]
        rows = rows + 0.7 * random.normal(size=rows.shape)
        units: Vector = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return units

    def text(words: int) -> str:
        numbers = np.minimum(random.zipf(1.15, size=words), VOCABULARY)
        return " ".join(f"w{number}" for number in numbers)

    return Data(
        [text(WORDS_PER_PASSAGE) for _ in range(passages)],
        unit(passages),
        [f"q{number} {text(WORDS_PER_QUERY)}" for number in range(queries)],
        unit(queries),
    )


async def stored(data: Data) -> MemoryDocumentStore:
    """Return a store with all passages."""
    store = MemoryDocumentStore()
    for start in range(0, len(data.texts), PASSAGES_PER_DOCUMENT):
        name = f"d{start}"
        passages = [
            EmbeddedPassage(
                Passage(f"p{row}", name, data.texts[row], source=name, position=row - start),
                data.vectors[row],
            )
            for row in range(start, min(start + PASSAGES_PER_DOCUMENT, len(data.texts)))
        ]
        await store.put_document("t", Document(name, "", name, "", None, {}), passages)
    return store


@asynccontextmanager
async def indexes(store: MemoryDocumentStore) -> AsyncGenerator[tuple[KeywordIndex, VectorIndex]]:
    """Yield indexes on disk that hold the store."""
    with TemporaryDirectory() as folder:
        async with (
            tantivy_index(Path(folder) / "keywords") as keywords,
            faiss_index(Path(folder) / "vectors", dimension=DIMENSION) as vectors,
        ):
            clock = datetime.now(UTC)
            follower = Follower(
                store,
                (keywords, vectors),
                gauges=silent_telemetry().metrics,
                poll_seconds=1,
                clock=lambda: clock,
            )
            await follower.catch_up()
            yield keywords, vectors


async def sequential(
    keywords: KeywordIndex, vectors: VectorIndex, store: MemoryDocumentStore, query: str, at: Vector
) -> Sequence[object]:
    """Search by keywords, then by vectors, then fuse and read."""
    by_keyword = await keywords.search("t", query, limit=CANDIDATES)
    by_vector = await vectors.search("t", at, limit=CANDIDATES)
    fused = fuse_by_rank(
        [
            WeightedRanking([hit.passage_id for hit in hits], 1.0)
            for hits in (by_keyword, by_vector)
        ],
        limit=LIMIT,
    )
    return await store.get_passages("t", [item.passage_id for item in fused])


class Naive:
    """SQLite's full-text search and one matrix, in one thread."""

    def __init__(self, data: Data) -> None:
        self._matrix = data.vectors
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize=porter)")
        self._database.executemany(
            "INSERT INTO passages (rowid, text) VALUES (?, ?)", enumerate(data.texts)
        )

    async def retrieve(self, query: str, at: Vector) -> Sequence[object]:
        """Search by keywords, then by vectors, then fuse and read."""
        words = " OR ".join(f'"{word}"' for word in query.split())
        rows = self._database.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?",
            (words, CANDIDATES),
        )
        by_keyword = [str(row) for (row,) in rows]
        by_vector = np.argsort(-(self._matrix @ at))[:CANDIDATES]
        fused = fuse_by_rank(
            [
                WeightedRanking(by_keyword, 1.0),
                WeightedRanking([str(row) for row in by_vector], 1.0),
            ],
            limit=LIMIT,
        )
        wanted = ", ".join(item.passage_id for item in fused)
        return self._database.execute(
            f"SELECT rowid, text FROM passages WHERE rowid IN ({wanted})"
        ).fetchall()


def search_for(query: str) -> Search:
    """Return a search without a filter."""
    return Search("t", query, ANY_DOCUMENT, Mode.HYBRID, LIMIT)


async def timed_updates(
    data: Data, both: tuple[KeywordIndex, VectorIndex], retriever: Retriever
) -> dict[str, dict[str, float]]:
    """Return percentiles of updates of one document each, and of searches in the meantime."""
    times: list[float] = []

    async def update() -> None:
        for number in range(-(-len(data.texts) // PASSAGES_PER_DOCUMENT)):
            start = time.perf_counter()
            for index in both:
                await index.apply([_document(data, number)], revision=index.revision + 1)
            times.append((time.perf_counter() - start) * 1000)

    async with asyncio.TaskGroup() as tasks:
        updating = tasks.create_task(update())
        searched = await timed(data, lambda query, _: retriever.retrieve(search_for(query)))
        updating.cancel()
    return {"askmesh_during_updates": searched, "update_of_one_document": percentiles(times)}


def _document(data: Data, number: int) -> DocumentChange:
    first = number * PASSAGES_PER_DOCUMENT
    name = f"d{first}"
    return DocumentChange(
        "t",
        name,
        0,
        tuple(
            EmbeddedPassage(
                Passage(f"p{row}", name, data.texts[row], source=name), data.vectors[row]
            )
            for row in range(first, min(first + PASSAGES_PER_DOCUMENT, len(data.texts)))
        ),
    )


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return percentiles in milliseconds: those that so many times can tell."""
    found: dict[str, float] = {}
    if times:
        found["p50_ms"] = round(median(times), 3)
    if len(times) >= TIMES_FOR_P99:
        found["p99_ms"] = round(quantiles(times, n=100)[98], 3)
    return {**found, "count": len(times)}


async def timed_in_turns(data: Data, ways: dict[str, Way]) -> dict[str, dict[str, float]]:
    """Return percentiles of each way. Ways take turns, so that what else runs slows all alike."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number, (query, at) in enumerate(zip(data.queries, data.query_vectors, strict=True)):
        turn = number % len(ways)
        for name in [*list(ways)[turn:], *list(ways)[:turn]]:
            start = time.perf_counter()
            await ways[name](query, at)
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: percentiles(taken[WARM_UP:]) for name, taken in times.items()}


async def timed(
    data: Data, retrieve: Callable[[str, Vector], Awaitable[object]]
) -> dict[str, float]:
    """Return percentiles in milliseconds, one query at a time."""
    times: list[float] = []
    for query, at in zip(data.queries, data.query_vectors, strict=True):
        start = time.perf_counter()
        await retrieve(query, at)
        times.append((time.perf_counter() - start) * 1000)
    return percentiles(times[WARM_UP:])


async def measure(passages: int, queries: int) -> tuple[dict[str, object], dict[str, float]]:
    """Return everything that was measured, and how much longer the other ways take."""
    data = make_data(passages, queries + WARM_UP)
    store = await stored(data)
    naive = Naive(data)
    async with indexes(store) as (keywords, vectors):
        reading = Reading(store, keywords, seconds=10, clock=time.monotonic)
        tuning = Tuning(candidates_per_index=CANDIDATES)
        retriever = Retriever(
            keywords, vectors, KnownQueries(data), reading, stages=NoStages(), tuning=tuning
        )
        ways: dict[str, Way] = {
            "askmesh": lambda query, _: retriever.retrieve(search_for(query)),
            "sequential": lambda query, at: sequential(keywords, vectors, store, query, at),
            "keywords_only": lambda query, _: keywords.search("t", query, limit=CANDIDATES),
            "vectors_only": lambda _, at: vectors.search("t", at, limit=CANDIDATES),
            "naive": naive.retrieve,
        }
        await timed_in_turns(data, ways)  # Once for nothing: every way starts warm.
        results = await timed_in_turns(data, ways)
        updates = await timed_updates(data, (keywords, vectors), retriever)
    ours = results["askmesh"]["p50_ms"]
    ratios = {
        f"{name}_to_askmesh_p50": round(results[name]["p50_ms"] / ours, 2)
        for name in ("sequential", "naive")
    }
    return {**results, **updates}, ratios


def claims(ratios: dict[str, float]) -> list[Claim]:
    """Return how much longer the other ways take."""
    return [
        Claim(
            "median of a naive twin over hybrid retrieval's",
            ratios["naive_to_askmesh_p50"],
            ">= 2",
            baseline="SQLite FTS5 and one numpy matrix, same candidates",
        ),
        Claim(
            "median of the two searches one after the other over both at once",
            ratios["sequential_to_askmesh_p50"],
            ">= 1",
            baseline="the same indexes",
        ),
    ]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def main() -> None:
    """Read the arguments, measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=_positive, default=20_000)
    parser.add_argument("--queries", type=_positive, default=200)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    results, ratios = asyncio.run(measure(arguments.passages, arguments.queries))
    publish(
        arguments.output,
        benchmark="bench_retrieval",
        settings={"passages": arguments.passages, "queries": arguments.queries},
        results=results | ratios,
        claims=claims(ratios),
    )


if __name__ == "__main__":
    main()
