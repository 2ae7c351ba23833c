"""Events on the wire."""

from datetime import timedelta

from google.protobuf.duration_pb2 import Duration

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.gateway.events import (
    AnswerCompleted,
    AnswerEvent,
    Citation,
    PlanMade,
    SourcesFound,
    SourcesRanked,
    TableDelta,
    TableReset,
    TextDelta,
)
from askmesh.gateway.values import Degradation, RankedPassage, StageDuration
from askmesh.gateway.wire import (
    citation_to_wire,
    degradation_to_wire,
    outcome_to_wire,
    plan_to_wire,
    table_delta_to_wire,
    usage_to_wire,
)
from askmesh.passages import passage_to_wire


def event_to_wire(event: AnswerEvent) -> pb2.AnswerEvent:
    """Return the message for an event."""
    message = pb2.AnswerEvent(answer_id=event.answer_id, sequence=event.sequence)
    match event.body:
        case PlanMade(plan):
            message.plan_made.plan.CopyFrom(plan_to_wire(plan))
        case SourcesFound(count, revision):
            message.sources_found.passage_count = count
            message.sources_found.indexed_revision = revision
        case SourcesRanked(sources):
            message.sources_ranked.CopyFrom(_sources(sources))
        case TextDelta(text):
            message.text_delta.text = text
        case TableDelta() as delta:
            message.table_delta.CopyFrom(table_delta_to_wire(delta))
        case TableReset():
            message.table_reset.SetInParent()
        case Citation() as citation:
            message.citation.CopyFrom(citation_to_wire(citation))
        case Degradation() as degradation:
            message.degradation.CopyFrom(degradation_to_wire(degradation))
        case AnswerCompleted() as completed:
            message.completed.CopyFrom(_completed(completed))
    return message


def _sources(sources: tuple[RankedPassage, ...]) -> pb2.SourcesRanked:
    return pb2.SourcesRanked(
        sources=[
            pb2.RankedSource(
                source_number=number,
                passage=passage_to_wire(source.passage),
                score=source.score,
            )
            for number, source in enumerate(sources, start=1)
        ]
    )


def _completed(completed: AnswerCompleted) -> pb2.AnswerCompleted:
    return pb2.AnswerCompleted(
        outcome=outcome_to_wire(completed.outcome),
        usage=usage_to_wire(completed.usage),
        stage_durations=map(_stage, completed.stage_durations),
        cache_status=pb2.CACHE_STATUS_MISS,
        degradations=map(degradation_to_wire, completed.degradations),
        elapsed_duration=_duration(completed.elapsed_seconds),
    )


def _stage(stage: StageDuration) -> answer_pb2.StageDuration:
    return answer_pb2.StageDuration(
        stage=stage.stage,
        start_duration=_duration(stage.start_seconds),
        elapsed_duration=_duration(stage.elapsed_seconds),
    )


def _duration(seconds: float) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration
