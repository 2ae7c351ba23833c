"""Which requests are refused."""

from askmesh.errors import InvalidRequestError
from askmesh.text import require_text

MAX_QUERY_CHARS = 4_000
MAX_PASSAGES = 200
MAX_SENTENCE_PASSAGES = 10


def check(query: str, passage_count: int) -> None:
    """Refuse a query or a number of passages that cannot be ranked."""
    require_text(query, field="query", max_chars=MAX_QUERY_CHARS)
    if not passage_count:
        raise InvalidRequestError(
            "PASSAGES_EMPTY", "passages must hold at least one passage", field="passages"
        )
    if passage_count > MAX_PASSAGES:
        raise InvalidRequestError(
            "TOO_MANY_PASSAGES",
            f"passages must hold at most {MAX_PASSAGES} passages",
            field="passages",
            max_passages=str(MAX_PASSAGES),
        )


def sentence_passages(count: int) -> int:
    """Return in how many passages to score sentences when `count` were asked for."""
    return max(0, min(count, MAX_SENTENCE_PASSAGES))
