"""What retrieval refuses."""

from askmesh.errors import InvalidRequestError
from askmesh.text import require_text

MAX_QUERY_CHARS = 4000
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200


def valid_query(query: str) -> str:
    """Return the query, normalised, or raise `InvalidRequestError`."""
    return require_text(query, field="query", max_chars=MAX_QUERY_CHARS)


def valid_page_size(page_size: int) -> int:
    """Return how many passages to return."""
    if page_size < 0:
        raise InvalidRequestError(
            "PAGE_SIZE_INVALID", "page_size must not be negative", field="page_size"
        )
    return min(page_size or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
