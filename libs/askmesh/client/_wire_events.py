"""Events from messages."""

from collections.abc import Callable, Mapping

from askmesh.api.gateway.v1 import gateway_pb2
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
)
from askmesh.client._parts import CacheStatus, Outcome, TableRow, Usage
from askmesh.client._wire_parts import (
    missing_of,
    plan_of,
    seconds_of,
    source_of,
    stage_duration_of,
)

# By number; what a newer gateway adds is not in here.
_OUTCOMES = dict(enumerate(Outcome))
_CACHE_STATUSES = dict(enumerate(CacheStatus))


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
        outcome=_OUTCOMES.get(completed.outcome, Outcome.UNKNOWN),
        usage=Usage(
            prompt_tokens=completed.usage.prompt_token_count,
            completion_tokens=completed.usage.completion_token_count,
            model=completed.usage.model,
        ),
        stage_durations=tuple(map(stage_duration_of, completed.stage_durations)),
        cache_status=_CACHE_STATUSES.get(completed.cache_status, CacheStatus.UNKNOWN),
        degradations=tuple(map(missing_of, completed.degradations)),
        elapsed_seconds=seconds_of(completed.elapsed_duration),
    )


def _other(message: gateway_pb2.AnswerEvent) -> OtherEvent:
    return OtherEvent(answer_id=message.answer_id, sequence=message.sequence)


_BUILDERS: Mapping[str | None, Callable[[gateway_pb2.AnswerEvent], Event]] = {
    "plan_made": _plan_made,
    "sources_found": _sources_found,
    "sources_ranked": _sources_ranked,
    "text_delta": _text_delta,
    "table_delta": _table_delta,
    "citation": _citation,
    "degradation": _degradation,
    "completed": _completed,
}
