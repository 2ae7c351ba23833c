"""One list of candidates from several searches."""

from collections import defaultdict
from collections.abc import Sequence

from askmesh.documents import Passage
from askmesh.gateway.values import Retrieval

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
