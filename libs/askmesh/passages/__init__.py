"""Passages and the filters that choose among them: one type for all, and its form on the wire."""

from askmesh.passages._filter import ANY_DOCUMENT, Filter, lies_at
from askmesh.passages._passage import DocumentChange, EmbeddedPassage, Passage
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
    "DocumentChange",
    "EmbeddedPassage",
    "Filter",
    "Passage",
    "duration_to_wire",
    "filter_from_wire",
    "filter_to_wire",
    "lies_at",
    "passage_from_wire",
    "passage_to_wire",
    "require_filter",
    "time_to_wire",
]
