"""Which requests are refused."""

from askmesh.errors import InvalidRequestError
from askmesh.text import normalise

MAX_QUERY_CHARS = 4_000
MAX_PASSAGES = 200
MAX_SENTENCE_PASSAGES = 10


def check(query: str, passage_count: int) -> None:
    """Refuse a query or a number of passages that cannot be ranked."""
    if not normalise(query):
        raise InvalidRequestError("QUERY_EMPTY", "query must not be empty", field="query")
    if len(query) > MAX_QUERY_CHARS:
        raise InvalidRequestError(
            "QUERY_TOO_LONG",
            f"query must have at most {MAX_QUERY_CHARS} characters",
            field="query",
            max_chars=str(MAX_QUERY_CHARS),
        )
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
