"""What retrieval refuses."""

from askmesh.errors import InvalidRequestError
from askmesh.search import SearchFilter
from askmesh.text import require_text

MAX_QUERY_CHARS = 4000
DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 200
MAX_SOURCES = 100
MAX_DOCUMENT_IDS = 1000
MAX_ATTRIBUTES = 20


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


def valid_filter(condition: SearchFilter) -> SearchFilter:
    """Return the filter, or raise `InvalidRequestError` naming the field that is wrong."""
    for name, count, limit in (
        ("sources", len(condition.sources), MAX_SOURCES),
        ("document_ids", len(condition.document_ids), MAX_DOCUMENT_IDS),
        ("attributes", len(condition.attributes), MAX_ATTRIBUTES),
    ):
        if count > limit:
            raise invalid_filter(name, f"must have at most {limit} entries")
    after, before = condition.modified_after, condition.modified_before
    if after is not None and before is not None and after >= before:
        raise invalid_filter("modified_before_time", "must be later than modified_after_time")
    return condition


def invalid_filter(name: str, problem: str) -> InvalidRequestError:
    """Return the error for a field of the filter."""
    field = f"filter.{name}"
    return InvalidRequestError("FILTER_INVALID", f"{field} {problem}", field=field)
