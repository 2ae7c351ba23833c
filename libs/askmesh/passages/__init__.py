"""Passages and the filters that choose among them: one type for all, and its form on the wire."""

from askmesh.passages._access import (
    EVERYONE,
    NOBODY,
    AccessList,
    Readable,
    access_from_text,
    access_problem,
    access_to_text,
    by_key,
    readable_by,
)
from askmesh.passages._access_wire import access_from_wire, access_to_wire, require_access
from askmesh.passages._filter import ANY_DOCUMENT, Filter, lies_at
from askmesh.passages._passage import DocumentChange, EmbeddedPassage, Passage
from askmesh.passages._plain import (
    PLAIN_FIELDS,
    from_micros,
    microseconds,
    passage_from_plain,
    passage_to_plain,
    to_micros,
)
from askmesh.passages._wire import (
    duration_to_wire,
    filter_from_wire,
    filter_to_wire,
    passage_from_wire,
    passage_to_wire,
    require_filter,
    time_to_wire,
)

__all__ = [
    "ANY_DOCUMENT",
    "EVERYONE",
    "NOBODY",
    "PLAIN_FIELDS",
    "AccessList",
    "DocumentChange",
    "EmbeddedPassage",
    "Filter",
    "Passage",
    "Readable",
    "access_from_text",
    "access_from_wire",
    "access_problem",
    "access_to_text",
    "access_to_wire",
    "by_key",
    "duration_to_wire",
    "filter_from_wire",
    "filter_to_wire",
    "from_micros",
    "lies_at",
    "microseconds",
    "passage_from_plain",
    "passage_from_wire",
    "passage_to_plain",
    "passage_to_wire",
    "readable_by",
    "require_access",
    "require_filter",
    "time_to_wire",
    "to_micros",
]
