"""The sources that an answer may cite."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from askmesh.api.common.v1.answer_pb2 import (
    DEGRADATION_REASON_RERANKING_TRUNCATED,
    DEGRADATION_REASON_RERANKING_UNAVAILABLE,
)
from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.gateway.v1.gateway_pb2 import RankedSource, SourcesRanked
from askmesh.api.reranking.v1.reranking_pb2 import (
    CandidatePassage,
    RankedPassage,
    RankPassagesRequest,
)
from askmesh.api.summarization.v1.summarization_pb2 import Source, SourceSentence
from askmesh.errors import AskmeshError, DeadlineError, OverloadedError, single_failure
from askmesh.gateway.budget import Budget
from askmesh.gateway.ports import Neighbours
from askmesh.gateway.progress import Progress
from askmesh.gateway.searching import Found, Searched, passage_id
from askmesh.gateway.turns import admitted_first, in_turn
from askmesh.text import planted_instructions


@dataclass(frozen=True, slots=True)
class RankingLimits:
    """How many passages to rank, how many an answer may cite, in how many to score sentences."""

    candidates: int
    sources: int
    sentence_passages: int


class SourceRanking:
    """Chooses sources among what was found, with the help of reranking."""

    def __init__(self, neighbours: Neighbours, limits: RankingLimits) -> None:
        self._neighbours = neighbours
        self._limits = limits

    async def rank(self, found: Found, budget: Budget, progress: Progress) -> list[Source]:
        """Return the sources, best first; those found, in their order, if they cannot be ranked."""
        searches = [search for search in found.searches if search.passages]
        if not searches:
            return []
        is_hurried = budget.is_reranking_hurried
        try:
            with progress.stage("reranking"), single_failure():
                rankings, complete = await self._rank_all(searches, budget)
        except AskmeshError as error:
            progress.degrade(
                DEGRADATION_REASON_RERANKING_UNAVAILABLE,
                error.message,
                for_want_of_room=isinstance(error, OverloadedError)
                or (isinstance(error, DeadlineError) and not is_hurried),
            )
            return [Source(passage=each) for each in found.passages[: self._limits.sources]]
        if not complete:
            truncated = DEGRADATION_REASON_RERANKING_TRUNCATED
            progress.degrade(truncated, for_want_of_room=not is_hurried)
        return merge_rankings(rankings, limit=self._limits.sources)

    async def _rank_all(
        self, searches: Sequence[Searched], budget: Budget
    ) -> tuple[list[list[Source]], bool]:
        """Rank what was found for the question and for each of its parts.

        They share the number of candidates, so that they take no longer than one question. Returns
        too whether all candidates were scored.
        """
        share = -(-self._limits.candidates // len(searches))
        seconds = budget.reranking_seconds
        async with asyncio.TaskGroup() as rankings:
            tasks = [
                rankings.create_task(self._rank_search(search, share, seconds))
                for search in searches
            ]
        results = [task.result() for task in tasks]
        return [sources for sources, _ in results], all(complete for _, complete in results)

    async def _rank_search(
        self, search: Searched, share: int, seconds: float
    ) -> tuple[list[Source], bool]:
        candidates = admitted_first(search.passages, search.admitted, limit=share, key=passage_id)
        request = RankPassagesRequest(
            query=search.corrected,
            passages=map(_candidate, candidates),
            sentence_passage_count=self._limits.sentence_passages,
        )
        reply = await self._neighbours.rank(request, seconds=seconds)
        if not reply.scored_passage_count:
            raise DeadlineError("RERANKING_OUT_OF_TIME", "There was no time to rerank")
        evidence = _evidence(reply.passages, {each.passage_id: each for each in candidates})
        sources = admitted_first(
            evidence, search.admitted, limit=self._limits.sources, key=_passage_id_of
        )
        return sources, reply.scored_passage_count == len(candidates)


def merge_rankings(rankings: Sequence[Sequence[Source]], *, limit: int) -> list[Source]:
    """Take the best source of each ranking, then the second of each, and so on, up to `limit`.

    A source of several rankings has its best scores.
    """
    merged: dict[str, Source] = {}
    for source in in_turn(rankings):
        known = merged.get(source.passage.passage_id)
        if known is not None:
            _take_best(known, source)
        elif len(merged) < limit:
            copy = merged.setdefault(source.passage.passage_id, Source())
            copy.CopyFrom(source)
    return list(merged.values())


def with_whole_section(sources: list[Source], found: Sequence[Passage]) -> list[Source]:
    """Return the sources, then what else was found of the section that the best one is of.

    A long table is cut into several passages, and each of its rows is asked for.
    """
    if not sources:
        return sources
    known = {source.passage.passage_id for source in sources}
    best = sources[0].passage
    return sources + [
        Source(passage=each)
        for each in found
        if each.passage_id not in known
        and (each.document_id, each.headings) == (best.document_id, best.headings)
    ]


def sources_ranked(sources: Sequence[Source]) -> SourcesRanked:
    """Return what readers are told of the sources: citations number them from 1."""
    return SourcesRanked(
        sources=[
            RankedSource(
                source_number=number,
                passage=source.passage,
                score=source.score if source.HasField("score") else None,
                planted_instruction_count=len(planted_instructions(source.passage.text)),
            )
            for number, source in enumerate(sources, start=1)
        ]
    )


def _take_best(known: Source, other: Source) -> None:
    if other.HasField("score"):
        known.score = max(known.score, other.score)
    sentences = {(each.start_offset, each.end_offset): each for each in known.sentences}
    for each in other.sentences:
        place = each.start_offset, each.end_offset
        if place not in sentences or sentences[place].score < each.score:
            sentences[place] = each
    best = [sentences[place] for place in sorted(sentences)]
    del known.sentences[:]
    known.sentences.extend(best)


def _candidate(passage: Passage) -> CandidatePassage:
    context = ": ".join(dict.fromkeys(part for part in (passage.title, *passage.headings) if part))
    prefix = f"{context}\n" if context else ""
    return CandidatePassage(
        passage_id=passage.passage_id, text=prefix + passage.text, body_offset=len(prefix)
    )


_FEWEST = 3
"""So many of the best passages are read even if none of them seems to be about the question."""


def _evidence(ranked: Sequence[RankedPassage], passages: Mapping[str, Passage]) -> list[Source]:
    near = [each for each in ranked if not each.below_floor]
    return [
        Source(
            passage=passages[each.passage_id],
            score=each.score if each.HasField("score") else None,
            sentences=[
                SourceSentence(
                    start_offset=sentence.start_offset,
                    end_offset=sentence.end_offset,
                    score=sentence.score,
                )
                for sentence in each.sentences
            ],
        )
        for each in near or ranked[:_FEWEST]
        if each.passage_id in passages
    ]


def _passage_id_of(source: Source) -> str:
    return source.passage.passage_id
