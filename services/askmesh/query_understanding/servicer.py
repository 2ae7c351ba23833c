"""The RPC: refuse what no plan can be made for, then understand."""

from typing import Any

from grpc import aio

from askmesh.api.query_understanding.v1 import query_understanding_pb2_grpc
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    UnderstandQuestionRequest,
    UnderstandQuestionResponse,
)
from askmesh.query_understanding.understander import Understander
from askmesh.text import require_conversation, require_text

_Context = aio.ServicerContext[Any, Any]

MAX_QUESTION_CHARS = 4_000


class QueryUnderstandingServicer(query_understanding_pb2_grpc.QueryUnderstandingServiceServicer):
    """Serves plans."""

    def __init__(self, understander: Understander) -> None:
        self._understander = understander

    async def UnderstandQuestion(
        self, request: UnderstandQuestionRequest, context: _Context
    ) -> UnderstandQuestionResponse:
        require_text(request.question, field="question", max_chars=MAX_QUESTION_CHARS)
        require_conversation(request.conversation)
        plan = await self._understander.understand(request.question, request.conversation)
        return UnderstandQuestionResponse(plan=plan)
