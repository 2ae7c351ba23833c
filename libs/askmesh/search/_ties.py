"""Breaking ties, so that equal inputs give equal outputs."""

from collections.abc import Callable, Iterable

from askmesh.search._types import Hit

MAX_MORE = 4096


def ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hits best first, each passage once; equal scores by passage id."""
    first: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.passage_id)):
        first.setdefault(hit.passage_id, hit)
    return list(first.values())


def best(search: Callable[[int], list[Hit]], limit: int) -> list[Hit]:
    """Return the best `limit` hits, whatever order `search` gives equal scores.

    `search(size)` returns at most `size` hits, best first. It is asked for more while hits at the
    border have equal scores or a passage came twice, up to `MAX_MORE` more than the limit.
    """
    size = limit + 1
    while True:
        hits = search(size)
        top = ranked(hits)[:limit]
        complete = len(hits) < size or (len(top) == limit and top[-1].score > hits[-1].score)
        if complete or size >= limit + MAX_MORE:
            return top
        size = min(size * 2, limit + MAX_MORE)
