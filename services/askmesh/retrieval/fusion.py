"""Fusing rankings by reciprocal rank (Cormack, Clarke and Buettcher, 2009)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

# With the paper's 60, first places count little: a passage that keyword search puts first and that
# vector search misses comes after most that only vector search finds. Offsets from 5 to 20 measure
# best, see benchmarks/results/retrieval-quality.json.
RANK_OFFSET = 10


@dataclass(frozen=True, slots=True)
class WeightedRanking:
    """Passage ids, best first and each once, and how much a rank among them counts."""

    passage_ids: Sequence[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage, its fused score, and its rank from 1 in each ranking, None where it is not."""

    passage_id: str
    score: float
    ranks: tuple[int | None, ...]


def fuse_by_rank(
    rankings: Sequence[WeightedRanking], *, limit: int, rank_offset: int = RANK_OFFSET
) -> list[Fused]:
    """Return the best `limit` passages by weighted reciprocal rank; equal scores by passage id.

    The smaller the offset, the more the first places of each ranking count.
    """
    ranks: list[dict[str, int]] = []
    scores = defaultdict[str, float](float)
    for ranking in rankings:
        ranks.append({})
        for rank, passage_id in enumerate(ranking.passage_ids, start=1):
            ranks[-1][passage_id] = rank
            scores[passage_id] += ranking.weight / (rank_offset + rank)
    best = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))[:limit]
    return [
        Fused(item, scores[item], tuple(rank_of.get(item) for rank_of in ranks)) for item in best
    ]
