"""Values from the messages of the mesh."""

from collections.abc import Callable, Mapping
from datetime import UTC

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client._decoding_parts import (
    abstention_of,
    missing_of,
    named,
    plan_of,
    seconds_of,
    source_of,
    stage_duration_of,
)
from askmesh.client._events import (
    Citation,
    Completed,
    Degradation,
    Event,
    OtherEvent,
    PlanMade,
    SourcesFound,
    SourcesRanked,
    TableDelta,
    TextDelta,
    UnsupportedSpan,
)
from askmesh.client._parts import CacheStatus, Outcome, TableRow, Usage
from askmesh.client._types import (
    CollectionStatus,
    DocumentStatus,
    IngestOutcome,
    IngestResult,
    MeshStatus,
    ServiceStatus,
)


def event_from_message(message: gateway_pb2.AnswerEvent) -> Event:
    """Return the event that a message carries."""
    return _BUILDERS.get(message.WhichOneof("event"), _other)(message)


def _plan_made(message: gateway_pb2.AnswerEvent) -> PlanMade:
    return PlanMade(
        answer_id=message.answer_id,
        sequence=message.sequence,
        plan=plan_of(message.plan_made.plan),
    )


def _sources_found(message: gateway_pb2.AnswerEvent) -> SourcesFound:
    return SourcesFound(
        answer_id=message.answer_id,
        sequence=message.sequence,
        passage_count=message.sources_found.passage_count,
        indexed_revision=message.sources_found.indexed_revision,
    )


def _sources_ranked(message: gateway_pb2.AnswerEvent) -> SourcesRanked:
    return SourcesRanked(
        answer_id=message.answer_id,
        sequence=message.sequence,
        sources=tuple(map(source_of, message.sources_ranked.sources)),
    )


def _text_delta(message: gateway_pb2.AnswerEvent) -> TextDelta:
    return TextDelta(
        answer_id=message.answer_id,
        sequence=message.sequence,
        text=message.text_delta.text,
    )


def _table_delta(message: gateway_pb2.AnswerEvent) -> TableDelta:
    return TableDelta(
        answer_id=message.answer_id,
        sequence=message.sequence,
        columns=tuple(message.table_delta.columns),
        rows=tuple(
            TableRow(tuple(row.cells), tuple(row.source_numbers))
            for row in message.table_delta.rows
        ),
    )


def _citation(message: gateway_pb2.AnswerEvent) -> Citation:
    return Citation(
        answer_id=message.answer_id,
        sequence=message.sequence,
        source_number=message.citation.source_number,
        passage_id=message.citation.passage_id,
        start_offset=message.citation.start_offset,
        end_offset=message.citation.end_offset,
        quote=message.citation.quote,
        support=message.citation.support,
    )


def _unsupported_span(message: gateway_pb2.AnswerEvent) -> UnsupportedSpan:
    return UnsupportedSpan(
        answer_id=message.answer_id,
        sequence=message.sequence,
        start_offset=message.unsupported_span.start_offset,
        end_offset=message.unsupported_span.end_offset,
    )


def _degradation(message: gateway_pb2.AnswerEvent) -> Degradation:
    missing = missing_of(message.degradation)
    return Degradation(
        answer_id=message.answer_id,
        sequence=message.sequence,
        reason=missing.reason,
        detail=missing.detail,
    )


def _completed(message: gateway_pb2.AnswerEvent) -> Completed:
    completed = message.completed
    return Completed(
        answer_id=message.answer_id,
        sequence=message.sequence,
        outcome=named(Outcome, answer_pb2.AnswerOutcome.DESCRIPTOR, completed.outcome),
        usage=Usage(
            prompt_tokens=completed.usage.prompt_token_count,
            completion_tokens=completed.usage.completion_token_count,
            model=completed.usage.model,
        ),
        stage_durations=tuple(map(stage_duration_of, completed.stage_durations)),
        cache_status=named(CacheStatus, gateway_pb2.CacheStatus.DESCRIPTOR, completed.cache_status),
        degradations=tuple(map(missing_of, completed.degradations)),
        elapsed_seconds=seconds_of(completed.elapsed_duration),
        abstention=abstention_of(completed),
    )


def _other(message: gateway_pb2.AnswerEvent) -> OtherEvent:
    return OtherEvent(answer_id=message.answer_id, sequence=message.sequence)


def result_from_message(message: ingestion_pb2.IngestDocumentsResponse) -> IngestResult:
    """Return the result that a message carries."""
    return IngestResult(
        document_id=message.document_id,
        source=message.source,
        outcome=named(IngestOutcome, ingestion_pb2.IngestOutcome.DESCRIPTOR, message.outcome),
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


def document_status_of(message: ingestion_pb2.DocumentStatus) -> DocumentStatus:
    """Return the document that a message describes."""
    has_time = message.HasField("modified_time")
    return DocumentStatus(
        document_id=message.document_id,
        source=message.source,
        title=message.title,
        passage_count=message.passage_count,
        revision=message.revision,
        modified_time=message.modified_time.ToDatetime(tzinfo=UTC) if has_time else None,
        attributes=dict(message.attributes),
        content_sha256=message.content_sha256,
        refusal_reason=message.refusal_reason,
        refusal_detail=message.refusal_detail,
    )


def mesh_status_of(message: gateway_pb2.GetMeshStatusResponse) -> MeshStatus:
    """Return the state that a message carries."""
    return MeshStatus(
        services=tuple(
            ServiceStatus(name=service.name, serving=service.serving, detail=service.detail)
            for service in message.services
        ),
        indexed_revision=message.indexed_revision,
        passage_count=message.passage_count,
        active_answer_count=message.active_answer_count,
    )


_BUILDERS: Mapping[str | None, Callable[[gateway_pb2.AnswerEvent], Event]] = {
    "plan_made": _plan_made,
    "sources_found": _sources_found,
    "sources_ranked": _sources_ranked,
    "text_delta": _text_delta,
    "table_delta": _table_delta,
    "citation": _citation,
    "unsupported_span": _unsupported_span,
    "degradation": _degradation,
    "completed": _completed,
}
