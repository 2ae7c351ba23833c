"""The index's own copy of a passage, as bytes."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from askmesh.passages import DocumentChange, Passage
from askmesh.search._keys import keys_of
from askmesh.search._types import UnindexableDocumentError, microseconds

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encoded(passage: Passage) -> bytes:
    """Return the passage. Raises `ValueError` for what Unicode has no form."""
    time = passage.modified_time
    return json.dumps(
        [
            passage.passage_id,
            passage.document_id,
            passage.text,
            passage.title,
            passage.headings,
            passage.source,
            passage.position,
            passage.revision,
            None if time is None else microseconds(time),
            dict(passage.attributes),
        ],
        ensure_ascii=False,
    ).encode()


def decoded(payload: bytes) -> Passage:
    """Return the passage that was encoded."""
    passage_id, document_id, text, title, headings, source, position, revision, time, attributes = (
        json.loads(payload)
    )
    return Passage(
        passage_id=passage_id,
        document_id=document_id,
        text=text,
        title=title,
        headings=tuple(headings),
        source=source,
        position=position,
        revision=revision,
        modified_time=None if time is None else _EPOCH + timedelta(microseconds=time),
        attributes=attributes,
    )


def unfit_passages(changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
    """Return what is wrong with the passages of changes, for each that cannot be indexed."""
    unfit: list[UnindexableDocumentError] = []
    for change in changes:
        try:
            for embedded in change.passages:
                list(keys_of(change.tenant, embedded.passage))
                encoded(embedded.passage)
        except (ValueError, TypeError, OverflowError) as error:
            unfit.append(UnindexableDocumentError(change.tenant, change.document_id, str(error)))
    return unfit
