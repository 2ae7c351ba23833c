"""What the gateway refuses."""

from dataclasses import replace

from askmesh.errors import InvalidRequestError
from askmesh.gateway.values import Question, Turn
from askmesh.text import require_text

MAX_QUESTION_CHARS = 4000
MAX_TURNS = 50
MAX_CONVERSATION_CHARS = 50_000
MAX_REQUEST_ID_CHARS = 100


def valid_question(question: Question) -> Question:
    """Return the question, normalised, or raise `InvalidRequestError` naming the wrong field."""
    text = require_text(question.text, field="question", max_chars=MAX_QUESTION_CHARS)
    _check_conversation(question.conversation)
    _check_request_id(question.request_id)
    return replace(question, text=text)


def _check_conversation(turns: tuple[Turn, ...]) -> None:
    chars = sum(len(turn.question) + len(turn.answer) for turn in turns)
    if len(turns) > MAX_TURNS or chars > MAX_CONVERSATION_CHARS:
        raise InvalidRequestError(
            "CONVERSATION_TOO_LONG",
            f"conversation must have at most {MAX_TURNS} turns "
            f"and {MAX_CONVERSATION_CHARS} characters",
            field="conversation",
        )


def _check_request_id(request_id: str) -> None:
    if len(request_id) > MAX_REQUEST_ID_CHARS:
        raise InvalidRequestError(
            "REQUEST_ID_TOO_LONG",
            f"request_id must have at most {MAX_REQUEST_ID_CHARS} characters",
            field="request_id",
        )
