"""What access lists cost a hybrid search: each query with and without, in turns.

    PYTHONPATH=tests:. python -m benchmarks.micro.bench_permissions [--passages 100000]
        [--queries 200] [--output FILE]

The passages are those of `bench_retrieval`, twenty to a document. Each document has an access list
of its own, of 200 users and 30 groups, and each query is another user's.
"""

import argparse
import asyncio
import time
from pathlib import Path
from random import Random

from benchmarks.claims import Claim, publish
from benchmarks.micro.bench_retrieval import (
    CANDIDATES,
    LIMIT,
    WARM_UP,
    Data,
    KnownQueries,
    NoStages,
    Way,
    indexes,
    make_data,
    stored,
    timed_in_turns,
)

from askmesh.documents import MemoryDocumentStore
from askmesh.passages import AccessList, Filter
from askmesh.retrieval.permissions import Permissions, Reader
from askmesh.retrieval.ports import Mode, Search
from askmesh.retrieval.reading import Reading
from askmesh.retrieval.retriever import Retriever, Tuning
from askmesh.search import VectorIndex
from support.who_may_read import random_list

USERS = [f"u{number}" for number in range(200)]
GROUPS = [f"g{number}" for number in range(30)]


async def listed(data: Data, random: Random) -> MemoryDocumentStore:
    """Return a store of documents with an access list each."""
    store = await stored(data)
    for document in await store.list_documents("t", after="", limit=len(data.texts)):
        allowed, denied = random_list(random, USERS, GROUPS)
        name = document.document.document_id
        await store.set_access("t", [name], AccessList(allowed, denied))
    return store


class Readers:
    """Users who ask one query each."""

    def __init__(self, data: Data, vectors: VectorIndex, random: Random) -> None:
        self._permissions = Permissions(vectors.access_lists, lambda: "secret")
        self._reader_of = {
            query: Reader("t", frozenset(_principals(random)), reads_all=False)
            for query in data.queries
        }

    async def search(self, query: str) -> Search:
        """Return the search of a query's user."""
        permitted = await self._permissions.of(self._reader_of[query])
        return Search("t", query, Filter(readable=permitted.readable), Mode.HYBRID, LIMIT)


def _principals(random: Random) -> list[str]:
    return [f"user:{random.choice(USERS)}", *(f"group:{each}" for each in random.sample(GROUPS, 5))]


async def measure(passages: int, queries: int) -> dict[str, dict[str, float]]:
    """Return percentiles of searches with lists and without."""
    data, random = make_data(passages, queries + WARM_UP), Random(1)
    store = await listed(data, random)
    async with indexes(store) as (keywords, vectors):
        reading = Reading(store, keywords, seconds=10, clock=time.monotonic)
        tuning = Tuning(candidates_per_index=CANDIDATES)
        retriever = Retriever(
            keywords, vectors, KnownQueries(data), reading, stages=NoStages(), tuning=tuning
        )
        readers = Readers(data, vectors, random)
        everything = Filter()
        ways: dict[str, Way] = {
            "without": lambda query, _: retriever.retrieve(
                Search("t", query, everything, Mode.HYBRID, LIMIT)
            ),
            "with": lambda query, _: _retrieved(retriever, readers, query),
        }
        first = await timed_in_turns(data, {"first_with": ways["with"]})
        await timed_in_turns(data, ways)  # Once for nothing: every way starts warm.
        return first | await timed_in_turns(data, ways)


async def _retrieved(retriever: Retriever, readers: Readers, query: str) -> object:
    return await retriever.retrieve(await readers.search(query))


def main() -> None:
    """Read the arguments, measure, print and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    results = asyncio.run(measure(asked.passages, asked.queries))
    ratio = round(results["with"]["p50_ms"] / results["without"]["p50_ms"], 2)
    publish(
        asked.output,
        benchmark="bench_permissions",
        settings={"passages": asked.passages, "queries": asked.queries},
        results=results,
        claims=[
            Claim(
                f"hybrid p50 with per-user access lists over without, at {asked.passages} passages",
                ratio,
                "<= 1.3",
                baseline="the same queries without a condition, in turns",
            )
        ],
    )


if __name__ == "__main__":
    main()
