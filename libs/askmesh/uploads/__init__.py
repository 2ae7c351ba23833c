"""Documents on their way in: one type for whoever sends and whoever takes them."""

from askmesh.uploads._media_types import MediaType, media_type_of_ending
from askmesh.uploads._source_document import MAX_CONTENT_BYTES, SourceDocument

__all__ = ["MAX_CONTENT_BYTES", "MediaType", "SourceDocument", "media_type_of_ending"]
