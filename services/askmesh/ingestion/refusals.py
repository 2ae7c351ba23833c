"""Why a document is not taken in."""

from typing import Literal

RefusalReason = Literal[
    "CONTENT_EMPTY",
    "CONTENT_TOO_LARGE",
    "CONTENT_NOT_TEXT",
    "CONTENT_UNREADABLE",
    "READING_TOO_SLOW",
    "READER_CRASHED",
    "MEDIA_TYPE_UNKNOWN",
    "SOURCE_EMPTY",
    "FIELD_TOO_LONG",
    "ACCESS_INVALID",
    "STORAGE_QUOTA_EXCEEDED",
]


PROTECTED = "It is protected by a password: save it without one, then ingest that."


class DocumentRefusedError(Exception):
    """The document cannot be taken in; others can. `detail` is a sentence for a person."""

    def __init__(self, reason: RefusalReason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
