"""Messages that several of the gateway's adapters share, and their values."""

from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from askmesh import passages
from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.query_understanding.v1 import query_understanding_pb2 as understanding_pb2
from askmesh.errors import UnavailableError
from askmesh.gateway.events import Citation, TableDelta, TableRow
from askmesh.gateway.values import (
    Degradation,
    DegradationReason,
    Intent,
    Outcome,
    PassageFilter,
    QueryPlan,
    Turn,
    Usage,
)

_E = TypeVar("_E", bound=Enum)
_V_contra = TypeVar("_V_contra", contravariant=True)


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
    """Return the filter in a message. Raise `InvalidRequestError` for times that make no sense."""
    narrowed = passages.filter_from_wire(message)
    return PassageFilter(
        narrowed.sources,
        narrowed.document_ids,
        narrowed.modified_after,
        narrowed.modified_before,
        narrowed.attributes,
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
        intent=_member(Intent, "INTENT_", _name(understanding_pb2.Intent, message.intent)),
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
    name = _name(answer_pb2.DegradationReason, message.reason)
    reason = _member(DegradationReason, "DEGRADATION_REASON_", name)
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
    return _member(Outcome, "ANSWER_OUTCOME_", _name(answer_pb2.AnswerOutcome, value))


def _timestamp(time: datetime | None) -> Timestamp | None:
    if time is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(time)
    return timestamp


class _Names(Protocol[_V_contra]):
    def Name(self, number: _V_contra) -> str: ...  # noqa: N802 - named by protobuf


def _name(enum: _Names[_V_contra], value: _V_contra) -> str:
    try:
        return enum.Name(value)
    except ValueError:
        raise _not_understood(value) from None


def _member(enum: type[_E], prefix: str, name: str) -> _E:
    """Return the member that a message names; a newer service may name one that is not known."""
    try:
        return enum[name.removeprefix(prefix)]
    except KeyError:
        raise _not_understood(name) from None


def _not_understood(value: object) -> UnavailableError:
    return UnavailableError(
        "UPSTREAM_NOT_UNDERSTOOD", f"a service of another version sent {value}", value=str(value)
    )
