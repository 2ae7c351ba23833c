"""The limits of documents."""

from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MAX_CONTENT_BYTES, SourceDocument

MAX_DOCUMENT_ID_CHARS = 500
MAX_SOURCE_CHARS = 2_000
MAX_TITLE_CHARS = 1_000
MAX_ATTRIBUTES = 20
MAX_ATTRIBUTE_NAME_CHARS = 100
MAX_ATTRIBUTE_VALUE_CHARS = 500


def check(document: SourceDocument) -> None:
    """Raise `DocumentRefusedError` unless the document keeps to the limits."""
    if not document.source.strip():
        raise DocumentRefusedError("SOURCE_EMPTY", "It does not say where it came from.")
    _check_length("document_id", document.document_id, MAX_DOCUMENT_ID_CHARS)
    _check_length("source", document.source, MAX_SOURCE_CHARS)
    _check_length("title", document.title, MAX_TITLE_CHARS)
    if len(document.attributes) > MAX_ATTRIBUTES:
        raise DocumentRefusedError(
            "FIELD_TOO_LONG", f"It has more than {MAX_ATTRIBUTES} attributes."
        )
    for name, value in document.attributes.items():
        _check_length("name of an attribute", name, MAX_ATTRIBUTE_NAME_CHARS)
        _check_length("value of an attribute", value, MAX_ATTRIBUTE_VALUE_CHARS)
    if not document.content:
        raise DocumentRefusedError("CONTENT_EMPTY", "It is empty.")
    if len(document.content) > MAX_CONTENT_BYTES:
        raise DocumentRefusedError("CONTENT_TOO_LARGE", "It is larger than 32 MiB.")


def _check_length(field: str, value: str, limit: int) -> None:
    if len(value) > limit:
        raise DocumentRefusedError(
            "FIELD_TOO_LONG", f"Its {field} has {len(value)} characters; at most {limit} fit."
        )
