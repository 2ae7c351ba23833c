"""The index's own copy of a passage, as bytes."""

import json
from datetime import UTC, datetime, timedelta

from askmesh.passages import Passage
from askmesh.search._types import microseconds

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
