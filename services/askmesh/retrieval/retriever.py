"""Finding passages: keywords and vectors at the same time, fused by rank, read in one batch."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from askmesh.errors import AskmeshError, UnavailableError
from askmesh.passages import Filter, Passage
from askmesh.resilience import time_remaining
from askmesh.retrieval.fusion import Fused, WeightedRanking, fuse_by_rank
from askmesh.retrieval.ports import (
    MissingPart,
    Mode,
    QueryEmbedder,
    Retrieval,
    RetrievedPassage,
    Search,
)
from askmesh.retrieval.reading import Reading
from askmesh.search import Hit, KeywordSearch, VectorSearch
from askmesh.telemetry import Stages

T = TypeVar("T")
_SPELLING_SECONDS = 0.25
_log = logging.getLogger(__name__)
_DEADLINE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Tuning:
    """How to search and fuse. Weights are of ranks; a weight of zero still counts as found."""

    keyword_weight: float = 1.0
    vector_weight: float = 1.5
    candidates_per_index: int = 100
    search_seconds: float = 2.0


class Retriever:
    """Finds passages in two indexes, and goes on with one of them where the other fails."""

    def __init__(
        self,
        keywords: KeywordSearch,
        vectors: VectorSearch,
        embedder: QueryEmbedder,
        reading: Reading,
        *,
        stages: Stages,
        tuning: Tuning,
    ) -> None:
        self._keywords = keywords
        self._vectors = vectors
        self._embedder = embedder
        self._reading = reading
        self._stages = stages
        self._tuning = tuning

    async def retrieve(self, search: Search) -> Retrieval:
        """Return the best passages, and what was missing while looking for them.

        Raises `UnavailableError` with the reason SEARCH_UNAVAILABLE if no search that was asked
        for answers in time, or nothing can read the passages.
        """
        spelt = await self._corrected(search)
        by_keyword, by_vector = await self._search_both(spelt)
        missing = _missing(search.mode, by_keyword, by_vector)
        if by_keyword is None and by_vector is None:
            raise UnavailableError("SEARCH_UNAVAILABLE", "No search answers now.")
        with self._stages.stage("fusion"):
            fused = self._fused(by_keyword or [], by_vector or [], search.limit)
        with self._stages.stage("passages"):
            read = await self._reading.read(search, [item.passage_id for item in fused])
        if read.from_copies:
            missing.append(MissingPart.DOCUMENT_STORE)
        return Retrieval(
            _retrieved(fused, read.passages),
            await self._vectors.count(search.tenant, _all_readable(search)),
            tuple(missing),
            "" if spelt == search else spelt.query,
        )

    async def _corrected(self, search: Search) -> Search:
        """Return the search with its query spelt as the documents spell it, where that is clear."""
        with self._stages.stage("spelling"):
            correcting = self._keywords.corrected(
                search.tenant, search.query, _all_readable(search)
            )
            query = await self._in_time(correcting, seconds=_SPELLING_SECONDS)
        return search if query is None else replace(search, query=query)

    async def _search_both(self, search: Search) -> tuple[list[Hit] | None, list[Hit] | None]:
        """Search at the same time. None stands for a search that failed or was not asked for."""
        async with asyncio.TaskGroup() as searches:
            by_keyword = search.mode is not Mode.VECTOR and searches.create_task(
                self._in_time(self._search_keywords(search), seconds=self._tuning.search_seconds)
            )
            by_vector = search.mode is not Mode.KEYWORD and searches.create_task(
                self._in_time(self._search_vectors(search), seconds=self._tuning.search_seconds)
            )
        return (
            by_keyword.result() if by_keyword else None,
            by_vector.result() if by_vector else None,
        )

    async def _search_keywords(self, search: Search) -> list[Hit]:
        with self._stages.stage("keyword_search"):
            return await self._keywords.search(
                search.tenant,
                search.query,
                limit=self._candidates(search),
                condition=search.condition,
            )

    async def _search_vectors(self, search: Search) -> list[Hit]:
        with self._stages.stage("embedding"):
            vector = await self._embedder.embed_query(search.query)
        with self._stages.stage("vector_search"):
            return await self._vectors.search(
                search.tenant, vector, limit=self._candidates(search), condition=search.condition
            )

    def _candidates(self, search: Search) -> int:
        return max(self._tuning.candidates_per_index, search.limit)

    async def _in_time(self, searching: Coroutine[None, None, T], *, seconds: float) -> T | None:
        remaining = time_remaining()
        if remaining is not None:
            seconds = min(seconds, remaining * _DEADLINE_SHARE)
        try:
            async with asyncio.timeout(seconds):
                return await searching
        except (AskmeshError, TimeoutError) as error:
            _log.warning("A search is left out: %s", str(error) or "it took too long")
            return None

    def _fused(self, by_keyword: list[Hit], by_vector: list[Hit], limit: int) -> list[Fused]:
        rankings = (
            WeightedRanking([hit.passage_id for hit in by_keyword], self._tuning.keyword_weight),
            WeightedRanking([hit.passage_id for hit in by_vector], self._tuning.vector_weight),
        )
        return fuse_by_rank(rankings, limit=limit)


def _all_readable(search: Search) -> Filter:
    """Return the condition of everything that may be read, whatever else is searched for."""
    return Filter(readable=search.condition.readable)


def _missing(
    mode: Mode, by_keyword: list[Hit] | None, by_vector: list[Hit] | None
) -> list[MissingPart]:
    missing: list[MissingPart] = []
    if by_vector is None and mode is not Mode.KEYWORD:
        missing.append(MissingPart.VECTOR_SEARCH)
    if by_keyword is None and mode is not Mode.VECTOR:
        missing.append(MissingPart.KEYWORD_SEARCH)
    return missing


def _retrieved(fused: Sequence[Fused], passages: Sequence[Passage]) -> tuple[RetrievedPassage, ...]:
    passage_of = {passage.passage_id: passage for passage in passages}
    return tuple(
        RetrievedPassage(passage_of[item.passage_id], item.score, *item.ranks)
        for item in fused
        if item.passage_id in passage_of
    )
