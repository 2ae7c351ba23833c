"""Measure keyword, vector and hybrid search on folders in BEIR's format.

    python -m benchmarks.quality.evaluate_retrieval DATA/scifact:test DATA/cranfield:test
        [--tune DATA/scifact:train] [--vectors FOLDER] [--home FOLDER] [--output FILE]

A folder holds corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv. Folders are measured with the
defaults of the service. With --tune, other title boosts, rank offsets and weights of vectors are
tried on that split, to choose defaults by. --vectors keeps vectors between runs.
"""

import argparse
import asyncio
import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from itertools import product
from math import log2
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from benchmarks.claims import Claim, publish
from platformdirs import user_data_path

from askmesh.inference import Embedder, onnx_embedder
from askmesh.models import ModelStore
from askmesh.passages import DocumentChange, EmbeddedPassage, Passage
from askmesh.retrieval.fusion import RANK_OFFSET, WeightedRanking, fuse_by_rank
from askmesh.retrieval.retriever import Tuning
from askmesh.search import FieldBoosts, Vector, faiss_index, tantivy_index

CANDIDATES = 100
TENANT = "evaluation"
EMBEDDED_TOGETHER = 16
TITLE_BOOSTS = (0.0, 0.25, 0.5)
RANK_OFFSETS = (5, 10, 20, 60)
VECTOR_WEIGHTS = (0.5, 1.0, 1.5, 2.0, 3.0)

Rankings = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Collection:
    """A corpus, and the queries that one split has judgements for."""

    name: str
    passages: tuple[Passage, ...]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a collection is measured with. The weight of keywords is 1."""

    title_boost: float = FieldBoosts().title
    rank_offset: int = RANK_OFFSET
    vector_weight: float = Tuning().vector_weight


class Vectors:
    """Vectors of texts by the real model, kept in a folder between runs."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder

    async def of_passages(self, texts: Sequence[str]) -> Vector:
        """Return one row for each text."""
        return await self._kept("passages", texts)

    async def of_queries(self, texts: Sequence[str]) -> Vector:
        """Return one row for each text."""
        return await self._kept("queries", texts)

    async def _kept(self, kind: str, texts: Sequence[str]) -> Vector:
        digest = hashlib.sha256(json.dumps([self._embedder.model, kind, *texts]).encode())
        path = self._folder / f"{digest.hexdigest()}.npy"
        if not path.exists():
            np.save(path, await self._made(kind, texts))
        rows: Vector = np.load(path)
        return rows

    async def _made(self, kind: str, texts: Sequence[str]) -> Vector:
        if kind == "queries":
            return np.stack([await self._embedder.embed_query(text) for text in texts])
        batches = [
            await self._embedder.embed_passages(texts[start : start + EMBEDDED_TOGETHER])
            for start in range(0, len(texts), EMBEDDED_TOGETHER)
        ]
        return np.concatenate(batches)


def read_collection(folder: Path, split: str) -> Collection:
    """Return the corpus and the judged queries of one split."""
    judgements: dict[str, dict[str, int]] = {}
    with (folder / "qrels" / f"{split}.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            judgements.setdefault(row["query-id"], {})[row["corpus-id"]] = int(row["score"])
    queries = {line["_id"]: line["text"] for line in _lines(folder / "queries.jsonl")}
    return Collection(
        f"{folder.name}:{split}",
        tuple(
            Passage(line["_id"], line["_id"], line["text"], title=line.get("title", ""))
            for line in _lines(folder / "corpus.jsonl")
        ),
        {query_id: queries[query_id] for query_id in judgements},
        judgements,
    )


def _lines(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


async def keyword_rankings(collection: Collection, title_boost: float) -> Rankings:
    """Return the candidates of keyword search for each query."""
    with TemporaryDirectory() as folder:
        boosts = FieldBoosts(title=title_boost)
        async with tantivy_index(Path(folder), boosts=boosts) as index:
            rows = np.empty((len(collection.passages), 0), np.float32)
            await index.apply(_changes(collection.passages, rows), revision=1)
            return {
                query_id: [
                    hit.passage_id for hit in await index.search(TENANT, query, limit=CANDIDATES)
                ]
                for query_id, query in collection.queries.items()
            }


async def vector_rankings(collection: Collection, vectors: Vectors) -> Rankings:
    """Return the candidates of vector search for each query."""
    texts = [f"{passage.title}\n{passage.text}".lstrip("\n") for passage in collection.passages]
    rows = await vectors.of_passages(texts)
    queries = await vectors.of_queries(list(collection.queries.values()))
    with TemporaryDirectory() as folder:
        async with faiss_index(Path(folder), dimension=rows.shape[1]) as index:
            await index.apply(_changes(collection.passages, rows), revision=1)
            return {
                query_id: [
                    hit.passage_id for hit in await index.search(TENANT, query, limit=CANDIDATES)
                ]
                for query_id, query in zip(collection.queries, queries, strict=True)
            }


def _changes(passages: Iterable[Passage], rows: Vector) -> list[DocumentChange]:
    return [
        DocumentChange(TENANT, passage.document_id, 0, (EmbeddedPassage(passage, row),))
        for passage, row in zip(passages, rows, strict=True)
    ]


def hybrid_rankings(keyword: Rankings, vector: Rankings, choice: Choice) -> Rankings:
    """Return the fused candidates for each query."""
    return {
        query_id: [
            fused.passage_id
            for fused in fuse_by_rank(
                [
                    WeightedRanking(keyword[query_id], 1.0),
                    WeightedRanking(vector[query_id], choice.vector_weight),
                ],
                limit=CANDIDATES,
                rank_offset=choice.rank_offset,
            )
        ]
        for query_id in keyword
    }


def scores(collection: Collection, rankings: Rankings) -> dict[str, float]:
    """Return the means over the queries, rounded to four digits."""
    pairs = [(rankings[query_id], grades) for query_id, grades in collection.judgements.items()]
    pairs = [(ranking, grades) for ranking, grades in pairs if any(grades.values())]
    measured = {"ndcg_10": fmean(ndcg(ranking, grades, 10) for ranking, grades in pairs)}
    for depth in (10, 20, 100):
        measured[f"recall_{depth}"] = fmean(recall(*pair, depth) for pair in pairs)
    return {name: round(value, 4) for name, value in measured.items()}


def ndcg(ranking: Sequence[str], grades: dict[str, int], depth: int) -> float:
    """Return the discounted gain of the ranking, as a share of the best possible one."""
    best = sorted(grades.values(), reverse=True)
    return _gain([grades.get(item, 0) for item in ranking[:depth]]) / _gain(best[:depth])


def recall(ranking: Sequence[str], grades: dict[str, int], depth: int) -> float:
    """Return the share of relevant passages among the first `depth`."""
    relevant = {item for item, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades, start=1))


async def tried(collection: Collection, vectors: Vectors) -> list[dict[str, object]]:
    """Return the nDCG of hybrid search with each choice, best first."""
    by_vector = await vector_rankings(collection, vectors)
    results: list[tuple[float, Choice]] = []
    for boost in TITLE_BOOSTS:
        by_keyword = await keyword_rankings(collection, boost)
        for offset, weight in product(RANK_OFFSETS, VECTOR_WEIGHTS):
            choice = Choice(boost, offset, weight)
            hybrid = hybrid_rankings(by_keyword, by_vector, choice)
            results.append((scores(collection, hybrid)["ndcg_10"], choice))
    results.sort(key=lambda result: -result[0])
    return [{**asdict(choice), "ndcg_10": ndcg_10} for ndcg_10, choice in results]


async def measured(collection: Collection, vectors: Vectors, choice: Choice) -> dict[str, object]:
    """Return the scores of each kind of search."""
    by_keyword = await keyword_rankings(collection, choice.title_boost)
    by_vector = await vector_rankings(collection, vectors)
    hybrid = hybrid_rankings(by_keyword, by_vector, choice)
    return {
        "collection": collection.name,
        "passages": len(collection.passages),
        "queries": len(collection.queries),
        "keyword": scores(collection, by_keyword),
        "vector": scores(collection, by_vector),
        "hybrid": scores(collection, hybrid),
    }


def claims(results: Sequence[Mapping[str, Any]]) -> list[Claim]:
    """Return nDCG of hybrid search, which should be no worse than either search alone."""
    return [
        Claim(
            f"nDCG@10 of hybrid search, {result['collection']}",
            result["hybrid"]["ndcg_10"],
            f">= {max(result[kind]['ndcg_10'] for kind in ('keyword', 'vector'))}",
            baseline="the better of keyword and vector search alone",
        )
        for result in results
    ]


async def evaluate(arguments: argparse.Namespace) -> None:
    """Measure and publish."""
    async with AsyncExitStack() as stack:
        folder = arguments.vectors or Path(stack.enter_context(TemporaryDirectory()))
        embedder = await stack.enter_async_context(onnx_embedder(ModelStore(arguments.home)))
        vectors = Vectors(embedder, folder)
        choice = Choice()
        results = [await measured(_collection(name), vectors, choice) for name in arguments.folders]
        tried_ = await tried(_collection(arguments.tune), vectors) if arguments.tune else []
        publish(
            arguments.output,
            benchmark="evaluate_retrieval",
            settings={
                "model": embedder.model,
                "candidates_per_index": CANDIDATES,
                "tried_on": arguments.tune,
                **asdict(choice),
            },
            results={"collections": results, "tried": tried_},
            claims=claims(results),
        )


def _collection(name: str) -> Collection:
    folder, _, split = name.rpartition(":")
    return read_collection(Path(folder), split)


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="FOLDER:SPLIT")
    parser.add_argument("--tune", metavar="FOLDER:SPLIT")
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--home", type=Path, default=user_data_path("askmesh"))
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    asyncio.run(evaluate(arguments))


if __name__ == "__main__":
    main()
