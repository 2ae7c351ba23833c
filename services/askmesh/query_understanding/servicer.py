"""The RPC, translated."""

import time
from typing import Any

from grpc import aio

from askmesh.api.query_understanding.v1 import (
    query_understanding_pb2,
    query_understanding_pb2_grpc,
)
from askmesh.passages import filter_to_wire
from askmesh.query_understanding.ports import QueryPlan, Turn
from askmesh.query_understanding.understander import Understander
from askmesh.query_understanding.validation import check
from askmesh.telemetry import Telemetry

_Context = aio.ServicerContext[Any, Any]


class QueryUnderstandingServicer(query_understanding_pb2_grpc.QueryUnderstandingServiceServicer):
    """Serves plans."""

    def __init__(self, understander: Understander, telemetry: Telemetry) -> None:
        self._understander = understander
        self._telemetry = telemetry

    async def UnderstandQuestion(
        self,
        request: query_understanding_pb2.UnderstandQuestionRequest,
        context: _Context,
    ) -> query_understanding_pb2.UnderstandQuestionResponse:
        conversation = [Turn(turn.question, turn.answer) for turn in request.conversation]
        check(request.question, conversation)
        started = time.perf_counter()
        with self._telemetry.span("understand question"):
            plan = await self._understander.understand(request.question, conversation)
        self._telemetry.metrics.observe_stage("query_understanding", time.perf_counter() - started)
        return query_understanding_pb2.UnderstandQuestionResponse(plan=_message(plan))


def _message(plan: QueryPlan) -> query_understanding_pb2.QueryPlan:
    return query_understanding_pb2.QueryPlan(
        standalone_question=plan.standalone_question,
        sub_questions=plan.sub_questions,
        intent=query_understanding_pb2.Intent.Value(f"INTENT_{plan.intent.name}"),
        language=plan.language,
        key_terms=plan.key_terms,
        phrases=plan.phrases,
        names=plan.names,
        numbers=plan.numbers,
        filter=filter_to_wire(plan.document_filter),
        wants_table=plan.wants_table,
        table_columns=plan.table_columns,
        model_assisted=plan.model_assisted,
    )
