"""The parts of questions and answers from their messages."""

from enum import StrEnum
from typing import TypeVar

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.duration_pb2 import Duration

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2
from askmesh.client._parts import (
    Abstention,
    AbstentionReason,
    DegradationReason,
    Intent,
    Missing,
    QueryPlan,
    RankedSource,
    StageDuration,
)
from askmesh.passages import filter_from_wire, passage_from_wire

E = TypeVar("E", bound=StrEnum)


def named(kind: type[E], wire: EnumDescriptor, number: int) -> E:
    """Return the member of the same name; UNKNOWN for what a newer service adds."""
    value = wire.values_by_number.get(number)
    prefix = wire.values_by_number[0].name.removesuffix("UNSPECIFIED")
    name = value.name.removeprefix(prefix) if value else ""
    return kind.__members__.get(name, kind["UNKNOWN"])


def plan_of(plan: query_understanding_pb2.QueryPlan) -> QueryPlan:
    return QueryPlan(
        standalone_question=plan.standalone_question,
        sub_questions=tuple(plan.sub_questions),
        intent=named(Intent, query_understanding_pb2.Intent.DESCRIPTOR, plan.intent),
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
    return RankedSource(
        number=ranked.source_number,
        score=ranked.score if ranked.HasField("score") else None,
        passage=passage_from_wire(ranked.passage),
    )


def missing_of(message: answer_pb2.Degradation) -> Missing:
    reason = named(DegradationReason, answer_pb2.DegradationReason.DESCRIPTOR, message.reason)
    return Missing(reason=reason, detail=message.detail)


def stage_duration_of(message: answer_pb2.StageDuration) -> StageDuration:
    return StageDuration(
        stage=message.stage,
        start_seconds=seconds_of(message.start_duration),
        elapsed_seconds=seconds_of(message.elapsed_duration),
    )


def seconds_of(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


def abstention_of(completed: gateway_pb2.AnswerCompleted) -> Abstention | None:
    if not completed.HasField("abstention"):
        return None
    message = completed.abstention
    return Abstention(
        reason=named(AbstentionReason, answer_pb2.AbstentionReason.DESCRIPTOR, message.reason),
        nearest_source_number=message.nearest_source_number,
    )
