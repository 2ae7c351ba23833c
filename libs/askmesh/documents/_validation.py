"""What every document store refuses, so that none of them changes what it was given."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from askmesh.documents._store import Document
from askmesh.errors import InvalidRequestError
from askmesh.passages import AccessList, EmbeddedPassage, Passage, access_to_text

MAX_TEXT_BYTES = 8 * 1024 * 1024
"""How much text one document record or one passage may hold, all fields together, in UTF-8."""

MAX_NAME_BYTES = 16 * 1024
"""How long the name of a tenant, document or passage may be, in UTF-8."""

MAX_POSITION = 2**31


def check_document(tenant: str, document: Document, passages: Sequence[EmbeddedPassage]) -> None:
    """Raise InvalidRequestError unless every store can keep these values unchanged."""
    check_names(tenant=tenant, document_id=document.document_id)
    access = _access_text(document.access) if document.access else ""
    _check_record(document, document.title, document.source, document.content_hash, access)
    for embedded in passages:
        _check_passage(document, embedded)
    if len({embedded.passage.passage_id for embedded in passages}) < len(passages):
        raise InvalidRequestError(
            "PASSAGE_ID_REPEATED",
            "the passages of a document must have different names",
            field="passages",
        )


def check_access(tenant: str, document_ids: Iterable[str], access: AccessList) -> None:
    """Raise InvalidRequestError unless every store can keep this list for such documents."""
    for document_id in document_ids:
        check_names(tenant=tenant, document_id=document_id)
    if len(_access_text(access)) > MAX_TEXT_BYTES:
        raise InvalidRequestError(
            "FIELD_TOO_LONG", f"a list must have at most {MAX_TEXT_BYTES} bytes", field="access"
        )


def check_names(*, tenant: str, document_id: str) -> None:
    """Raise InvalidRequestError unless both can name something in every store."""
    check_name("tenant", tenant)
    check_name("document_id", document_id)


def check_name(field: str, name: str) -> None:
    """Raise InvalidRequestError unless `name` is Unicode text of a reasonable size."""
    if _utf8_size(field, (name,)) > MAX_NAME_BYTES:
        raise InvalidRequestError(
            "FIELD_TOO_LONG",
            f"{field} must have at most {MAX_NAME_BYTES} bytes",
            field=field,
            max_bytes=str(MAX_NAME_BYTES),
        )


def as_float32(embedding: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a read-only copy in little-endian float32; refuse anything but a finite vector."""
    vector = np.array(embedding, dtype="<f4")
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise InvalidRequestError(
            "EMBEDDING_INVALID", "an embedding must be a finite vector", field="passages"
        )
    vector.setflags(write=False)
    return vector


def _check_passage(document: Document, embedded: EmbeddedPassage) -> None:
    passage = embedded.passage
    if passage.document_id != document.document_id:
        raise InvalidRequestError(
            "PASSAGE_OF_ANOTHER_DOCUMENT",
            f"a passage of {document.document_id!r} names {passage.document_id!r}",
            field="passages",
        )
    check_name("passage_id", passage.passage_id)
    if not 0 <= passage.position < MAX_POSITION:
        raise InvalidRequestError("POSITION_INVALID", "a position counts from 0", field="passages")
    _check_record(passage, passage.title, passage.source, passage.text, *passage.headings)


def _check_record(record: Document | Passage, *texts: str) -> None:
    names_and_values = [text for pair in record.attributes.items() for text in pair]
    if _utf8_size("text", [*texts, *names_and_values]) > MAX_TEXT_BYTES:
        raise InvalidRequestError(
            "FIELD_TOO_LONG",
            f"a record must have at most {MAX_TEXT_BYTES} bytes of text",
            field="text",
            max_bytes=str(MAX_TEXT_BYTES),
        )
    if record.modified_time is not None and record.modified_time.tzinfo is None:
        raise InvalidRequestError(
            "TIME_WITHOUT_ZONE", "modified_time must carry a time zone", field="modified_time"
        )


def _access_text(access: AccessList) -> str:
    _utf8_size("access", (*(access.allowed or ()), *access.denied))
    return access_to_text(access)


def _utf8_size(field: str, texts: Iterable[str]) -> int:
    try:
        return sum(len(text.encode()) for text in texts)
    except UnicodeEncodeError as error:
        raise InvalidRequestError(
            "TEXT_NOT_UNICODE", "text must not have lone surrogates", field=field
        ) from error
