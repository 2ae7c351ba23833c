"""One list from several: of candidates, and of sources."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from askmesh.gateway.values import RankedPassage, Ranking, Retrieval, Sentence
from askmesh.passages import Passage

RANK_OFFSET = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)."""


def merge_retrievals(retrievals: Sequence[Retrieval], *, limit: int) -> Retrieval:
    """Fuse searches by reciprocal rank, keep the best `limit` passages, join the degradations."""
    scores: defaultdict[str, float] = defaultdict(float)
    passages: dict[str, Passage] = {}
    for retrieval in retrievals:
        for rank, passage in enumerate(retrieval.passages, start=1):
            scores[passage.passage_id] += 1.0 / (RANK_OFFSET + rank)
            passages.setdefault(passage.passage_id, passage)
    best = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))[:limit]
    return Retrieval(
        tuple(passages[passage_id] for passage_id in best),
        min((retrieval.indexed_revision for retrieval in retrievals), default=0),
        tuple(dict.fromkeys(d for retrieval in retrievals for d in retrieval.degradations)),
    )


def merge_rankings(rankings: Sequence[Ranking], *, limit: int) -> Ranking:
    """Take the best passage of each ranking, then the second of each, and so on, up to `limit`.

    Each ranking answers a question of its own, so that none may crowd out the others. A passage
    of several rankings has its best scores.
    """
    merged: dict[str, RankedPassage] = {}
    for ranked in _in_turn(rankings):
        passage_id = ranked.passage.passage_id
        known = merged.get(passage_id)
        if known is not None:
            merged[passage_id] = _best_of(known, ranked)
        elif len(merged) < limit:
            merged[passage_id] = ranked
    complete = all(ranking.complete for ranking in rankings)
    return Ranking(tuple(merged.values()), complete)


def _in_turn(rankings: Sequence[Ranking]) -> Iterator[RankedPassage]:
    for row in zip_longest(*(ranking.passages for ranking in rankings)):
        yield from (ranked for ranked in row if ranked is not None)


def _best_of(one: RankedPassage, other: RankedPassage) -> RankedPassage:
    sentences = {(each.start, each.end): each for each in one.sentences}
    for each in other.sentences:
        known = sentences.get((each.start, each.end))
        if known is None or known.score < each.score:
            sentences[each.start, each.end] = each
    return replace(
        one,
        score=max(one.score or 0.0, other.score or 0.0),
        sentences=tuple(sorted(sentences.values(), key=_place)),
    )


def _place(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end
