"""Passages on the wire."""

from datetime import UTC

from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import passage_pb2
from askmesh.documents import Passage


def passage_to_wire(passage: Passage) -> passage_pb2.Passage:
    """Return the message for a passage."""
    message = passage_pb2.Passage(
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        title=passage.title,
        headings=passage.headings,
        text=passage.text,
        source=passage.source,
        position=passage.position,
        revision=passage.revision,
        attributes=passage.attributes,
    )
    if passage.modified_time is not None:
        modified_time = Timestamp()
        modified_time.FromDatetime(passage.modified_time)
        message.modified_time.CopyFrom(modified_time)
    return message


def passage_from_wire(message: passage_pb2.Passage) -> Passage:
    """Return the passage in a message."""
    has_time = message.HasField("modified_time")
    return Passage(
        passage_id=message.passage_id,
        document_id=message.document_id,
        title=message.title,
        headings=tuple(message.headings),
        text=message.text,
        source=message.source,
        position=message.position,
        revision=message.revision,
        modified_time=message.modified_time.ToDatetime(tzinfo=UTC) if has_time else None,
        attributes=dict(message.attributes),
    )
