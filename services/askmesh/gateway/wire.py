"""Messages that several of the gateway's adapters share, and their values."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2 as understanding_pb2
from askmesh.gateway.values import (
    Citation,
    Degradation,
    DegradationReason,
    Intent,
    Outcome,
    PassageFilter,
    QueryPlan,
    TableDelta,
    TableRow,
    Turn,
    Usage,
)


def filter_to_wire(passage_filter: PassageFilter) -> passage_pb2.Filter:
    """Return the message for a filter."""
    return passage_pb2.Filter(
        sources=passage_filter.sources,
        document_ids=passage_filter.document_ids,
        modified_after_time=_timestamp(passage_filter.modified_after),
        modified_before_time=_timestamp(passage_filter.modified_before),
        attributes=passage_filter.attributes,
    )


def filter_from_wire(message: passage_pb2.Filter) -> PassageFilter:
    """Return the filter in a message."""
    return PassageFilter(
        sources=tuple(message.sources),
        document_ids=tuple(message.document_ids),
        modified_after=_time(message.modified_after_time),
        modified_before=_time(message.modified_before_time),
        attributes=dict(message.attributes),
    )


def turn_to_wire(turn: Turn) -> understanding_pb2.Turn:
    """Return the message for a turn of the conversation."""
    return understanding_pb2.Turn(question=turn.question, answer=turn.answer)


def plan_to_wire(plan: QueryPlan) -> understanding_pb2.QueryPlan:
    """Return the message for a plan."""
    return understanding_pb2.QueryPlan(
        standalone_question=plan.standalone_question,
        sub_questions=plan.sub_questions,
        intent=understanding_pb2.Intent.Value(f"INTENT_{plan.intent.name}"),
        language=plan.language,
        key_terms=plan.key_terms,
        phrases=plan.phrases,
        names=plan.names,
        numbers=plan.numbers,
        filter=filter_to_wire(plan.filter),
        wants_table=plan.wants_table,
        table_columns=plan.table_columns,
        model_assisted=plan.model_assisted,
    )


def plan_from_wire(message: understanding_pb2.QueryPlan) -> QueryPlan:
    """Return the plan in a message."""
    return QueryPlan(
        standalone_question=message.standalone_question,
        sub_questions=tuple(message.sub_questions),
        intent=Intent[understanding_pb2.Intent.Name(message.intent).removeprefix("INTENT_")],
        language=message.language,
        key_terms=tuple(message.key_terms),
        phrases=tuple(message.phrases),
        names=tuple(message.names),
        numbers=tuple(message.numbers),
        filter=filter_from_wire(message.filter),
        wants_table=message.wants_table,
        table_columns=tuple(message.table_columns),
        model_assisted=message.model_assisted,
    )


def degradation_to_wire(degradation: Degradation) -> answer_pb2.Degradation:
    """Return the message for a degradation."""
    reason = f"DEGRADATION_REASON_{degradation.reason.name}"
    return answer_pb2.Degradation(
        reason=answer_pb2.DegradationReason.Value(reason), detail=degradation.detail
    )


def degradation_from_wire(message: answer_pb2.Degradation) -> Degradation:
    """Return the degradation in a message."""
    name = answer_pb2.DegradationReason.Name(message.reason)
    reason = DegradationReason[name.removeprefix("DEGRADATION_REASON_")]
    return Degradation(reason, message.detail)


def table_delta_to_wire(delta: TableDelta) -> answer_pb2.TableDelta:
    """Return the message for a piece of a table."""
    rows = [
        answer_pb2.TableRow(cells=row.cells, source_numbers=row.source_numbers)
        for row in delta.rows
    ]
    return answer_pb2.TableDelta(columns=delta.columns, rows=rows)


def table_delta_from_wire(message: answer_pb2.TableDelta) -> TableDelta:
    """Return the piece of a table in a message."""
    rows = tuple(TableRow(tuple(row.cells), tuple(row.source_numbers)) for row in message.rows)
    return TableDelta(tuple(message.columns), rows)


def citation_to_wire(citation: Citation) -> answer_pb2.Citation:
    """Return the message for a citation."""
    return answer_pb2.Citation(
        source_number=citation.source_number,
        passage_id=citation.passage_id,
        start_offset=citation.start,
        end_offset=citation.end,
        quote=citation.quote,
        support=citation.support,
    )


def citation_from_wire(message: answer_pb2.Citation) -> Citation:
    """Return the citation in a message."""
    return Citation(
        source_number=message.source_number,
        passage_id=message.passage_id,
        start=message.start_offset,
        end=message.end_offset,
        quote=message.quote,
        support=message.support,
    )


def usage_to_wire(usage: Usage) -> answer_pb2.Usage:
    """Return the message for what an answer consumed."""
    return answer_pb2.Usage(
        prompt_token_count=usage.prompt_tokens,
        completion_token_count=usage.completion_tokens,
        model=usage.model,
    )


def usage_from_wire(message: answer_pb2.Usage) -> Usage:
    """Return what an answer consumed."""
    return Usage(message.prompt_token_count, message.completion_token_count, message.model)


def outcome_to_wire(outcome: Outcome) -> answer_pb2.AnswerOutcome.ValueType:
    """Return the enum value for how an answer ended."""
    return answer_pb2.AnswerOutcome.Value(f"ANSWER_OUTCOME_{outcome.name}")


def outcome_from_wire(value: answer_pb2.AnswerOutcome.ValueType) -> Outcome:
    """Return how an answer ended."""
    return Outcome[answer_pb2.AnswerOutcome.Name(value).removeprefix("ANSWER_OUTCOME_")]


def _timestamp(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp


def _time(timestamp: Timestamp) -> datetime | None:
    """Return the time in a message; an unset one equals the empty message."""
    return timestamp.ToDatetime(tzinfo=UTC) if timestamp != Timestamp() else None
