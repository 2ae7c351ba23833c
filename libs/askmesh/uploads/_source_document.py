"""A document that is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from askmesh.uploads._media_types import MediaType

MAX_CONTENT_BYTES = 32 * 1024 * 1024
"""The largest content that is taken."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document to ingest.

    `document_id` is derived from `source`, the title taken from the content and the media type
    guessed from the ending of `source` if they are not given.
    """

    source: str
    content: bytes
    document_id: str = ""
    title: str = ""
    media_type: MediaType | None = None
    modified_time: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
