"""Breaking ties, so that equal inputs give equal outputs."""

from collections.abc import Callable

from askmesh.search._types import Hit

MAX_TIED = 4096


def ranked(hits: list[Hit]) -> list[Hit]:
    """Return the hits best first; equal scores by passage id."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))


def best(search: Callable[[int], list[Hit]], limit: int) -> list[Hit]:
    """Return the best `limit` hits, whatever order `search` gives equal scores.

    `search(size)` returns at most `size` hits, best first. It is asked for more while the hits at
    the border have equal scores, up to `MAX_TIED` more than the limit.
    """
    size = limit + 1
    hits = search(size)
    while _border_is_tied(hits, limit, size) and size < limit + MAX_TIED:
        size = min(size * 2, limit + MAX_TIED)
        hits = search(size)
    return ranked(hits)[:limit]


def _border_is_tied(hits: list[Hit], limit: int, size: int) -> bool:
    return len(hits) == size and hits[-1].score == hits[limit - 1].score
