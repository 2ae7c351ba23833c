"""Documents on their way in: one type for whoever sends and whoever takes them."""

from askmesh.uploads._documents import (
    MAX_CONTENT_BYTES,
    MediaType,
    SourceDocument,
    media_type_of_ending,
)

__all__ = [
    "MAX_CONTENT_BYTES",
    "MediaType",
    "SourceDocument",
    "media_type_of_ending",
]
