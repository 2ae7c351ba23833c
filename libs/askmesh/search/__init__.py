"""Indexes of passages: by keyword and by vector. Derived from the documents, and disposable."""

from askmesh.search._ports import (
    FollowingIndex,
    KeywordIndex,
    KeywordSearch,
    VectorIndex,
    VectorSearch,
)
from askmesh.search._tantivy import TantivyKeywordIndex, tantivy_index
from askmesh.search._types import (
    FieldBoosts,
    Hit,
    IndexBusyError,
    IndexUnavailableError,
    UnindexableDocumentError,
    Vector,
)
from askmesh.search._vector_index import FaissVectorIndex, faiss_index

__all__ = [
    "FaissVectorIndex",
    "FieldBoosts",
    "FollowingIndex",
    "Hit",
    "IndexBusyError",
    "IndexUnavailableError",
    "KeywordIndex",
    "KeywordSearch",
    "TantivyKeywordIndex",
    "UnindexableDocumentError",
    "Vector",
    "VectorIndex",
    "VectorSearch",
    "faiss_index",
    "tantivy_index",
]
