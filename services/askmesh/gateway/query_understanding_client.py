"""Query understanding, over gRPC."""

from askmesh.api.query_understanding.v1.query_understanding_pb2 import UnderstandQuestionRequest
from askmesh.api.query_understanding.v1.query_understanding_pb2_grpc import (
    QueryUnderstandingServiceStub,
)
from askmesh.gateway.values import QueryPlan, Question
from askmesh.gateway.wire import plan_from_wire, turn_to_wire
from askmesh.resilience import deadline
from askmesh.rpc import upstream_errors


class GrpcUnderstanding:
    """Ask the query understanding service."""

    def __init__(self, stub: QueryUnderstandingServiceStub, *, seconds: float) -> None:
        self._stub = stub
        self._seconds = seconds

    async def understand(self, question: Question) -> QueryPlan:
        request = UnderstandQuestionRequest(
            question=question.text, conversation=map(turn_to_wire, question.conversation)
        )
        with deadline(self._seconds), upstream_errors("query_understanding"):
            reply = await self._stub.UnderstandQuestion(request)
        return plan_from_wire(reply.plan)
