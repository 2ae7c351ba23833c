"""The RPC: refuse what no plan can be made for, then understand."""

from collections.abc import Sequence
from typing import Any

from grpc import aio

from askmesh.api.query_understanding.v1 import query_understanding_pb2_grpc
from askmesh.api.query_understanding.v1.query_understanding_pb2 import (
    Turn,
    UnderstandQuestionRequest,
    UnderstandQuestionResponse,
)
from askmesh.errors import InvalidRequestError
from askmesh.query_understanding.understander import Understander
from askmesh.text import require_text

_Context = aio.ServicerContext[Any, Any]

MAX_QUESTION_CHARS = 4_000
MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000


class QueryUnderstandingServicer(query_understanding_pb2_grpc.QueryUnderstandingServiceServicer):
    """Serves plans."""

    def __init__(self, understander: Understander) -> None:
        self._understander = understander

    async def UnderstandQuestion(
        self, request: UnderstandQuestionRequest, context: _Context
    ) -> UnderstandQuestionResponse:
        require_text(request.question, field="question", max_chars=MAX_QUESTION_CHARS)
        _require_conversation(request.conversation)
        plan = await self._understander.understand(request.question, request.conversation)
        return UnderstandQuestionResponse(plan=plan)


def _require_conversation(conversation: Sequence[Turn]) -> None:
    chars = sum(len(turn.question) + len(turn.answer) for turn in conversation)
    if len(conversation) <= MAX_TURNS and chars <= MAX_CONVERSATION_CHARS:
        return
    raise InvalidRequestError(
        "CONVERSATION_TOO_LONG",
        f"conversation must have at most {MAX_TURNS} turns and {MAX_CONVERSATION_CHARS} characters",
        field="conversation",
        max_turns=str(MAX_TURNS),
        max_chars=str(MAX_CONVERSATION_CHARS),
    )
