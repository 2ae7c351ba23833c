"""Parts of questions and events to messages and back."""

from datetime import UTC, datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.client._parts import (
    DegradationReason,
    Intent,
    Missing,
    QueryPlan,
    RankedSource,
    StageDuration,
)
from askmesh.passages import filter_from_wire

# By number; what a newer gateway adds is not in here.
_INTENTS = dict(enumerate(Intent))
_DEGRADATION_REASONS = dict(enumerate(DegradationReason))


def plan_of(plan: query_understanding_pb2.QueryPlan) -> QueryPlan:
    return QueryPlan(
        standalone_question=plan.standalone_question,
        sub_questions=tuple(plan.sub_questions),
        intent=_INTENTS.get(plan.intent, Intent.UNKNOWN),
        language=plan.language,
        key_terms=tuple(plan.key_terms),
        phrases=tuple(plan.phrases),
        names=tuple(plan.names),
        numbers=tuple(plan.numbers),
        filter=filter_from_wire(plan.filter),
        wants_table=plan.wants_table,
        table_columns=tuple(plan.table_columns),
        model_assisted=plan.model_assisted,
    )


def source_of(ranked: gateway_pb2.RankedSource) -> RankedSource:
    passage = ranked.passage
    return RankedSource(
        number=ranked.source_number,
        score=ranked.score if ranked.HasField("score") else None,
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        title=passage.title,
        headings=tuple(passage.headings),
        text=passage.text,
        source=passage.source,
        position=passage.position,
        revision=passage.revision,
        modified_time=time_of(passage.modified_time) if passage.HasField("modified_time") else None,
        attributes=dict(passage.attributes),
    )


def missing_of(message: answer_pb2.Degradation) -> Missing:
    reason = _DEGRADATION_REASONS.get(message.reason, DegradationReason.UNKNOWN)
    return Missing(reason=reason, detail=message.detail)


def stage_duration_of(message: answer_pb2.StageDuration) -> StageDuration:
    return StageDuration(
        stage=message.stage,
        start_seconds=seconds_of(message.start_duration),
        elapsed_seconds=seconds_of(message.elapsed_duration),
    )


def seconds_of(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


def time_of(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)


def timestamp_of(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time.astimezone(UTC))
    return timestamp
