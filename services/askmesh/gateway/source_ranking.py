"""The sources that an answer may cite."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.errors import AskmeshError, single_failure
from askmesh.gateway.merging import merge_rankings
from askmesh.gateway.ports import Reranker
from askmesh.gateway.progress import Progress
from askmesh.gateway.values import (
    Degradation,
    DegradationReason,
    RankedPassage,
    Ranking,
    Retrieval,
)


@dataclass(frozen=True, slots=True)
class AnsweringLimits:
    """How many passages to rank, and how many of them an answer may cite."""

    candidates: int
    sources: int


@dataclass(frozen=True, slots=True)
class Search:
    """A query and what was found for it."""

    query: str
    retrieval: Retrieval


class SourceRanking:
    """Choose sources among what was found, with the help of reranking."""

    def __init__(self, reranker: Reranker, limits: AnsweringLimits) -> None:
        self._reranker = reranker
        self._limits = limits

    async def rank(
        self, searches: Sequence[Search], found: Retrieval, progress: Progress
    ) -> tuple[RankedPassage, ...]:
        """Return the sources, best first; those found, in their order, if they cannot be ranked."""
        if not found.passages:
            return ()
        try:
            with progress.timeline.stage("reranking"), single_failure():
                ranking = await self._rank_searches(searches)
        except AskmeshError as error:
            progress.emit(Degradation(DegradationReason.RERANKING_UNAVAILABLE, error.message))
            return tuple(map(RankedPassage, found.passages[: self._limits.sources]))
        if not ranking.complete:
            progress.emit(Degradation(DegradationReason.RERANKING_TRUNCATED))
        return ranking.passages

    async def _rank_searches(self, searches: Sequence[Search]) -> Ranking:
        """Rank what was found for each sub-question, or for the question if it has none.

        The parts share the number of candidates, so that they take no longer than one question.
        """
        parts = [search for search in searches[1:] or searches if search.retrieval.passages]
        share = -(-self._limits.candidates // max(1, len(parts)))
        async with asyncio.TaskGroup() as rankings:
            tasks = [
                rankings.create_task(
                    self._reranker.rank(part.query, part.retrieval.passages[:share])
                )
                for part in parts
            ]
        return merge_rankings([task.result() for task in tasks], limit=self._limits.sources)
