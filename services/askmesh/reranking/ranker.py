"""The use case: passages in the order in which they answer a query."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from askmesh.inference import CrossEncoder
from askmesh.reranking.budget import BudgetLimits, Crowd, Stopwatch, budget_seconds
from askmesh.reranking.calibration import PlattScaling, log_odds
from askmesh.reranking.other_parts import PassagePart, other_parts
from askmesh.reranking.ports import (
    Candidate,
    RankedCandidate,
    Ranking,
    ScoredSentence,
)
from askmesh.reranking.snippets import snippets
from askmesh.reranking.unit_pairs import MAX_PAIRS, UnitPair, unit_pairs
from askmesh.telemetry import Stages

SURE = 0.5
"""With a snippet of this probability nothing else of the passages is read. Snippets are where the
question's words are; what answers in other words stands elsewhere."""
MORE_PAIRS = 40
"""So many units are scored where no snippet is so sure, in place of `MAX_PAIRS`. Of 340 questions
to organisations that nothing was learnt from, the unit that answers is read for 297 and comes first
for 232; with 24 and a probability of .25 it is read for 284 and comes first for 225 (with the first
adapter, ADR 61)."""
BY_PLACE = 0.2
"""Log-odds that a place further down the candidates costs: what the search found first counts as
well, and alone where all scores are low, which are chance then. Chosen on 24 small collections that
are not reported: of 426 passages that answer, 381 come first by both, 374 by scores alone."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How raw scores become probabilities, and from which on a passage is evidence.

    One below `floor` still is if a sentence of it reaches `sentence_floor`.
    """

    passages: PlattScaling
    sentences: PlattScaling
    floor: float
    sentence_floor: float


class Ranker:
    """Orders passages within a time budget: what was not scored in time follows what was."""

    def __init__(
        self,
        encoder: CrossEncoder,
        crowd: Crowd,
        scale: Scale,
        limits: BudgetLimits,
        *,
        remaining: Callable[[], float | None],
        clock: Callable[[], float],
        stages: Stages,
    ) -> None:
        self._encoder = encoder
        self._crowd = crowd
        self._scale = scale
        self._limits = limits
        self._remaining = remaining
        self._clock = clock
        self._stages = stages

    async def rank(
        self, query: str, candidates: Sequence[Candidate], *, sentence_passages: int
    ) -> Ranking:
        """Return `candidates`, the best first, with the sentences of `sentence_passages` scored.

        The best have high scores and came early. Raises `DeadlineError` at once if the caller's
        time is too short.
        """
        seconds = budget_seconds(self._limits, self._remaining(), self._crowd)
        watch = Stopwatch(seconds, self._clock)
        parts = await self._best_parts(query, candidates, watch, sentence_passages)
        scores = [part.score for part in parts]
        order = best_first(scores)
        best = [place for place in order if scores[place] is not None][:sentence_passages]
        near = [(candidates[place], parts[place]) for place in best]
        sentences = await self._score_sentences(query, near, watch)
        return Ranking(
            tuple(self._ranked(candidates[p], scores[p], sentences.get(p, ())) for p in order),
            scored_passages=sum(score is not None for score in scores),
            scored_sentences=sum(map(len, sentences.values())),
        )

    async def _best_parts(
        self,
        query: str,
        candidates: Sequence[Candidate],
        watch: Stopwatch,
        sentence_passages: int,
    ) -> list[PassagePart]:
        """Return the snippets, scored; if none surely answers, the best part of each passage."""
        share = self._limits.passage_share if sentence_passages else 1.0
        budget = Stopwatch(watch.left() * share, self._clock)
        with self._stages.stage("reranking_passages"):
            texts = await asyncio.to_thread(snippets, query, candidates)
            snippet_parts = [PassagePart(place, text) for place, text in enumerate(texts)]
            found = await self._scored(query, snippet_parts, budget)
        if any(part.probability >= SURE for part in found) or not budget.left():
            return found
        with self._stages.stage("reranking_parts"):
            others = await asyncio.to_thread(other_parts, candidates, texts)
            for part in await self._scored(query, others, budget):
                if part.probability > found[part.place].probability:
                    found[part.place] = part
        return found

    async def _scored(
        self, query: str, parts: Sequence[PassagePart], budget: Stopwatch
    ) -> list[PassagePart]:
        if not parts:
            return []
        texts = [part.text for part in parts]
        logits = await self._encoder.score(query, texts, budget_seconds=budget.left())
        return [
            part if logit is None else replace(part, score=self._scale.passages.probability(logit))
            for part, logit in zip(parts, logits, strict=True)
        ]

    async def _score_sentences(
        self, query: str, near: Sequence[tuple[Candidate, PassagePart]], watch: Stopwatch
    ) -> dict[int, tuple[ScoredSentence, ...]]:
        """Return scored sentences by the places of their passages among the candidates."""
        is_sure = any(part.probability >= SURE for _, part in near)
        pairs = unit_pairs(
            query,
            [candidate for candidate, _ in near],
            [part.text for _, part in near],
            most=MAX_PAIRS if is_sure else MORE_PAIRS,
        )
        if not pairs:
            return {}
        texts = [pair.text for pair in pairs]
        with self._stages.stage("reranking_sentences"):
            logits = await self._encoder.score(query, texts, budget_seconds=watch.left())
        by_place: defaultdict[int, list[ScoredSentence]] = defaultdict(list)
        for pair, logit in zip(pairs, logits, strict=True):
            if logit is not None:
                _, part = near[pair.passage]
                by_place[part.place].append(self._sentence(pair, logit))
        return {
            place: tuple(sorted(found, key=lambda sentence: sentence.start))
            for place, found in by_place.items()
        }

    def _sentence(self, pair: UnitPair, logit: float) -> ScoredSentence:
        score = self._scale.sentences.probability(logit)
        return ScoredSentence(pair.span.start, pair.span.end, score)

    def _ranked(
        self,
        candidate: Candidate,
        score: float | None,
        sentences: tuple[ScoredSentence, ...],
    ) -> RankedCandidate:
        near = any(sentence.score >= self._scale.sentence_floor for sentence in sentences)
        below = score is not None and score < self._scale.floor and not near
        return RankedCandidate(candidate.passage_id, score, below, sentences)


def best_first(scores: Sequence[float | None]) -> list[int]:
    """Return places by score and place; those without a score keep their order, at the end."""
    worth = {
        place: log_odds(score) - BY_PLACE * place
        for place, score in enumerate(scores)
        if score is not None
    }
    rest = [place for place in range(len(scores)) if place not in worth]
    return [*sorted(worth, key=lambda place: -worth[place]), *rest]
