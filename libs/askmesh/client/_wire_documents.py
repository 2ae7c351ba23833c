"""Documents to messages, and results from messages."""

from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._types import (
    CollectionStatus,
    IngestOutcome,
    IngestResult,
    MediaType,
    SourceDocument,
)
from askmesh.client._wire_parts import timestamp_of

# By number; what a newer service adds is not in here.
_OUTCOMES = dict(enumerate(IngestOutcome))


def _media_type_number(media_type: MediaType | None) -> ingestion_pb2.MediaType.ValueType:
    name = media_type.name if media_type else "UNSPECIFIED"
    return ingestion_pb2.MediaType.Value(f"MEDIA_TYPE_{name}")


def document_to_message(document: SourceDocument) -> ingestion_pb2.IngestDocumentsRequest:
    """Return the message of a document."""
    return ingestion_pb2.IngestDocumentsRequest(
        document_id=document.document_id,
        source=document.source,
        title=document.title,
        content=document.content,
        media_type=_media_type_number(document.media_type),
        modified_time=timestamp_of(document.modified_time),
        attributes=document.attributes,
    )


def result_from_message(message: ingestion_pb2.IngestDocumentsResponse) -> IngestResult:
    """Return the result that a message carries."""
    return IngestResult(
        document_id=message.document_id,
        source=message.source,
        outcome=_OUTCOMES.get(message.outcome, IngestOutcome.UNKNOWN),
        passage_count=message.passage_count,
        revision=message.revision,
        refusal_reason=message.refusal_reason,
        refusal_detail=message.refusal_detail,
        notices=tuple(message.notices),
    )


def collection_status_of(
    message: ingestion_pb2.GetCollectionStatusResponse,
) -> CollectionStatus:
    """Return the state that a message carries."""
    return CollectionStatus(
        document_count=message.document_count,
        passage_count=message.passage_count,
        revision=message.revision,
    )
