"""Messages of questions and documents."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.client._parts import Turn
from askmesh.errors import InvalidRequestError
from askmesh.passages import AccessList, Filter, access_to_wire, filter_to_wire, time_to_wire
from askmesh.uploads import MediaType, SourceDocument


def question_to_message(
    question: str,
    *,
    conversation: Sequence[Turn],
    request_id: str,
    narrowed_to: Filter | None,
    wants_table: bool | None,
    seed: int | None,
) -> gateway_pb2.StreamAnswerRequest:
    """Return the message of a question."""
    return gateway_pb2.StreamAnswerRequest(
        question=question,
        conversation=(
            query_understanding_pb2.Turn(question=turn.question, answer=turn.answer)
            for turn in conversation
        ),
        request_id=request_id,
        filter=None if narrowed_to is None else filter_to_wire(narrowed_to),
        wants_table=wants_table,
        seed=seed,
        accepts_batches=True,
    )


def document_to_message(document: SourceDocument) -> ingestion_pb2.IngestDocumentsRequest:
    """Return the message of a document."""
    return ingestion_pb2.IngestDocumentsRequest(
        document_id=document.document_id,
        source=document.source,
        title=document.title,
        content=document.content,
        media_type=_media_type(document.media_type),
        modified_time=time_to_wire(document.modified_time),
        attributes=document.attributes,
        access=None if document.access is None else access_to_wire(document.access),
    )


def access_change_to_message(
    access: AccessList, narrowed_to: Filter, prefix: str
) -> ingestion_pb2.SetDocumentAccessRequest:
    """Return the message of a change of access lists."""
    return ingestion_pb2.SetDocumentAccessRequest(
        filter=filter_to_wire(narrowed_to),
        document_id_prefix=prefix,
        access=access_to_wire(access),
    )


def _media_type(kind: MediaType | None) -> ingestion_pb2.MediaType.ValueType:
    name = "UNSPECIFIED" if kind is None else kind.name
    return ingestion_pb2.MediaType.Value(f"MEDIA_TYPE_{name}")


@contextmanager
def fitting_values() -> Generator[None]:
    """Raise `InvalidRequestError` for a value of the block that has no form on the wire."""
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidRequestError("VALUE_INVALID", f"a value does not fit: {error}") from error
